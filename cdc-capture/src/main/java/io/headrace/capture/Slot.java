package io.headrace.capture;

import io.headrace.wire.Lsn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The replication slot as the source shows it.
 *
 * @param plugin the output plugin; null for a physical slot
 * @param database the database it belongs to; null for a physical slot
 * @param activePid the server process that reads it now; null when none does
 * @param application what that process's client calls itself; null when unknown
 * @param walStatus {@code pg_replication_slots.wal_status}
 * @param confirmed up to where its reader has confirmed
 */
record Slot(
    @Nullable String plugin,
    @Nullable String database,
    @Nullable Integer activePid,
    @Nullable String application,
    @Nullable String walStatus,
    @Nullable Lsn confirmed) {

  private static final String QUERY =
      """
      SELECT s.plugin, s.database, s.active_pid, a.application_name, s.wal_status, s.confirmed_flush_lsn::text AS confirmed
      FROM pg_replication_slots s LEFT JOIN pg_stat_activity a ON a.pid = s.active_pid
      WHERE s.slot_name = ?
      """;

  /** The slot of that name, or null where there is none. */
  static @Nullable Slot read(Connection connection, String name) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(QUERY)) {
      query.setString(1, name);
      try (ResultSet row = query.executeQuery()) {
        if (!row.next()) {
          return null;
        }
        String confirmed = row.getString("confirmed");
        return new Slot(
            row.getString("plugin"),
            row.getString("database"),
            row.getObject("active_pid", Integer.class),
            row.getString("application_name"),
            row.getString("wal_status"),
            confirmed == null ? null : Lsn.parse(confirmed));
      }
    }
  }

  /** Whether the log it needs may be gone. */
  boolean lost() {
    return "lost".equals(walStatus) || "unreserved".equals(walStatus);
  }

  /** Whether a predecessor of this capture still reads it. */
  boolean readByPredecessor() {
    return activePid != null && SourceSession.APPLICATION.equals(application);
  }

  /** Ends the server process that reads a slot. */
  static void terminate(Connection connection, int pid) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement("SELECT pg_terminate_backend(?)")) {
      query.setInt(1, pid);
      query.execute();
    }
  }

  /** Drops it. */
  static void drop(Connection connection, String name) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT pg_drop_replication_slot(?)")) {
      query.setString(1, name);
      query.execute();
    }
  }
}
