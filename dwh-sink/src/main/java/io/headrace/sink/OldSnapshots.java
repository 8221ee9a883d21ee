package io.headrace.sink;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Transactions that read the warehouse as it was before a moment. One that has not touched the star
 * yet would find the new tables after the swap, but as they were before that moment.
 */
final class OldSnapshots {

  /** But for our own, which stand still or read nothing of the star. */
  private static final String HOLDERS =
      """
      SELECT string_agg(format('process %s (%s, since %s)', pid, coalesce(nullif(application_name, ''), usename),
        to_char(xact_start, 'HH24:MI:SS')), ', ' ORDER BY pid)
      FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
        AND backend_xmin IS NOT NULL AND xact_start < ?::timestamptz
        AND application_name NOT IN ('headrace sink', 'headrace replay', 'headrace hold')
      """;

  private OldSnapshots() {}

  /** The server's clock, now. */
  static String now(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT clock_timestamp()::text")) {
      row.next();
      return row.getString(1);
    }
  }

  /** Who has one, for a person; empty when nobody has. */
  static String older(Connection connection, String than) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(HOLDERS)) {
      select.setString(1, than);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        String holders = row.getString(1);
        return holders == null ? "" : holders;
      }
    }
  }
}
