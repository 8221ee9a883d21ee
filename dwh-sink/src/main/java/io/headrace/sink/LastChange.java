package io.headrace.sink;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Keeps, in the merge's own transaction, when each star table last changed. */
final class LastChange {
  private static final String SQL =
      """
      INSERT INTO headrace.last_change (table_name, committed)
      SELECT * FROM unnest(?::text[], ?::text[]::timestamptz[])
      ON CONFLICT (table_name) DO UPDATE SET committed = excluded.committed
      """;

  private final Connection connection;
  private final List<String> tables;
  private final PreparedStatement update;

  LastChange(Connection connection, List<Target> star) throws SQLException {
    this.connection = connection;
    this.tables = star.stream().map(target -> target.starTable().name()).toList();
    this.update = connection.prepareStatement(SQL);
  }

  /**
   * Notes it.
   *
   * @param changed by the tables' positions in the star
   */
  void run(Map<Integer, Instant> changed) throws SQLException {
    if (changed.isEmpty()) {
      return;
    }
    List<Object> names = new ArrayList<>();
    List<Object> moments = new ArrayList<>();
    changed.forEach(
        (table, moment) -> {
          names.add(tables.get(table));
          moments.add(moment.toString());
        });
    update.setArray(1, connection.createArrayOf("text", names.toArray()));
    update.setArray(2, connection.createArrayOf("text", moments.toArray()));
    update.executeUpdate();
  }

  /** Forgets what is no longer a table of the star. */
  void clear() throws SQLException {
    try (Statement delete = connection.createStatement()) {
      delete.execute("DELETE FROM headrace.last_change");
    }
  }
}
