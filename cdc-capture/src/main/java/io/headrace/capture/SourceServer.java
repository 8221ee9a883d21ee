package io.headrace.capture;

import io.headrace.wire.Epoch;
import io.headrace.wire.Lsn;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * What the source's server says of itself and of our role.
 *
 * @param identity which database it is
 * @param version such as 180000
 * @param written how far its log is written
 */
record SourceServer(
    Epoch.Source identity,
    int version,
    Lsn written,
    String walLevel,
    boolean standby,
    String role,
    boolean mayReplicate,
    boolean superuser,
    int freeSenders,
    int freeSlots) {

  private static final String QUERY =
      """
      SELECT current_setting('server_version_num')::int AS version,
             current_database() AS database,
             current_setting('wal_level') AS wal_level,
             pg_is_in_recovery() AS standby,
             CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END::text AS written,
             r.rolname AS role,
             r.rolsuper AS superuser,
             r.rolreplication OR r.rolsuper OR EXISTS (
               SELECT FROM pg_roles cloud
               WHERE cloud.rolname IN ('rds_replication', 'rds_superuser', 'cloudsqlsuperuser', 'azure_pg_admin')
                 AND pg_has_role(r.oid, cloud.oid, 'MEMBER')) AS replication,
             current_setting('max_wal_senders')::int - (SELECT count(*) FROM pg_stat_replication)::int AS free_senders,
             current_setting('max_replication_slots')::int - (SELECT count(*) FROM pg_replication_slots)::int AS free_slots
      FROM pg_roles r
      WHERE r.rolname = current_user
      """;

  /**
   * Asks.
   *
   * @param system the system identifier, as {@link #systemIdentifier} found it
   */
  static SourceServer read(Connection connection, String system) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(QUERY)) {
      row.next();
      return new SourceServer(
          new Epoch.Source(system, row.getString("database")),
          row.getInt("version"),
          Lsn.parse(row.getString("written")),
          row.getString("wal_level"),
          row.getBoolean("standby"),
          row.getString("role"),
          row.getBoolean("replication"),
          row.getBoolean("superuser"),
          row.getInt("free_senders"),
          row.getInt("free_slots"));
    }
  }

  /** What the source's clock says. */
  static Instant clock(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT clock_timestamp()")) {
      row.next();
      return row.getObject(1, OffsetDateTime.class).toInstant();
    }
  }

  /** PostgreSQL's system identifier: what distinguishes two servers under the same address. */
  static String systemIdentifier(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT system_identifier::text FROM pg_control_system()")) {
      row.next();
      return row.getString(1);
    }
  }
}
