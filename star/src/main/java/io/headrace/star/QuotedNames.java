package io.headrace.star;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Identifiers as a person writes them: in quotes only where PostgreSQL needs some. */
final class QuotedNames {

  private final Probe probe;

  QuotedNames(Probe probe) {
    this.probe = probe;
  }

  String quote(String identifier) {
    try (PreparedStatement statement =
        probe.connection().prepareStatement("SELECT quote_ident(?)")) {
      statement.setString(1, identifier);
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        return result.getString(1);
      }
    } catch (SQLException e) {
      throw new CatalogException("the name " + identifier + " cannot be quoted", e);
    }
  }
}
