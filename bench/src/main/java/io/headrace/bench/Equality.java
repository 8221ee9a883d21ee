package io.headrace.bench;

import io.headrace.stage.Database;
import io.headrace.star.Identifiers;
import io.headrace.star.StarFile;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether the warehouse holds what the star's SELECTs return on the source: number of rows and a
 * sum of their hashes.
 */
final class Equality {

  private Equality() {}

  /**
   * Compares every table of the star.
   *
   * @throws SQLException when one differs, saying which
   */
  static void check(List<StarFile> star, Database source, Database warehouse) throws SQLException {
    try (Connection from = source.connect("headrace bench");
        Connection to = warehouse.connect("headrace bench")) {
      for (StarFile file : star) {
        String select = file.text().strip().replaceFirst(";$", "");
        String expected = checksum(from, select);
        String table = Identifiers.quote(file.name());
        String actual = checksum(to, "SELECT " + columns(from, select) + " FROM " + table);
        if (!expected.equals(actual)) {
          throw new SQLException(
              "the warehouse's "
                  + file.name()
                  + " must be "
                  + expected
                  + " (rows, checksum) as on the source but was "
                  + actual);
        }
      }
    }
  }

  private static String columns(Connection source, String select) throws SQLException {
    try (Statement statement = source.createStatement();
        ResultSet none =
            statement.executeQuery("SELECT * FROM (" + select + "\n) AS row LIMIT 0")) {
      ResultSetMetaData columns = none.getMetaData();
      List<String> names = new ArrayList<>();
      for (int i = 1; i <= columns.getColumnCount(); i++) {
        names.add(Identifiers.quote(columns.getColumnLabel(i)));
      }
      return String.join(", ", names);
    }
  }

  private static String checksum(Connection connection, String select) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(*), coalesce(sum(hashtextextended(row::text, 0)), 0) FROM ("
                    + select
                    + "\n) AS row")) {
      row.next();
      return row.getString(1) + ", " + row.getString(2);
    }
  }
}
