package io.headrace.sink.mart;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Which marts there are and which read which, from the catalog: those found without a schema. */
final class MartGraph {
  private static final String ALL =
      """
      SELECT c.relname FROM pg_class c
      WHERE c.relkind = 'm' AND pg_table_is_visible(c.oid) ORDER BY c.relname
      """;

  /** Also through views. */
  private static final String READ =
      """
      WITH RECURSIVE reads AS (
        SELECT DISTINCT r.ev_class AS reader, d.refobjid AS relation
        FROM pg_rewrite r JOIN pg_depend d
          ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
          AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> r.ev_class),
      below AS (
        SELECT relation FROM reads WHERE reader = to_regclass(quote_ident(?))
        UNION
        SELECT r.relation FROM below b JOIN reads r ON r.reader = b.relation)
      SELECT c.relname FROM below b JOIN pg_class c ON c.oid = b.relation
      WHERE c.relkind = 'm' AND pg_table_is_visible(c.oid) ORDER BY c.relname
      """;

  private MartGraph() {}

  static List<String> all(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(ALL)) {
      return names(select);
    }
  }

  /** The marts that a mart reads, directly or through others. */
  static List<String> readBy(Connection connection, String mart) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(READ)) {
      select.setString(1, mart);
      return names(select);
    }
  }

  private static List<String> names(PreparedStatement select) throws SQLException {
    List<String> names = new ArrayList<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        names.add(row.getString(1));
      }
    }
    return names;
  }
}
