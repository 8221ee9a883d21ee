package io.headrace.sink;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

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

  /** Else pg_stat_activity hides what others' transactions see. */
  private static final String RIGHT =
      "SELECT pg_has_role(current_user, 'pg_read_all_stats', 'USAGE'), quote_ident(current_user)";

  private OldSnapshots() {}

  /** What the role must be granted to see all of them, for a person; null when it does. */
  static @Nullable String missingRight(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(RIGHT)) {
      row.next();
      return row.getBoolean(1)
          ? null
          : "The role "
              + row.getString(2)
              + " cannot see which transactions of other roles it must wait for: one that began before the new star"
              + " was whole may find it empty after the swap. GRANT pg_read_all_stats TO "
              + row.getString(2);
    }
  }

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
