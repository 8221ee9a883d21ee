package io.headrace.capture;

import io.headrace.wire.Lsn;
import io.headrace.wire.Topics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * What the source shows of the capture of a prefix.
 *
 * @param since when the one that is at work connected; null when none is
 * @param now the source's clock
 * @param end where the source's log ends
 * @param slot the replication slot; null when there is none
 */
public record CaptureState(
    @Nullable Instant since, Instant now, Lsn end, @Nullable SlotState slot) {

  private static final String QUERY =
      """
      SELECT clock_timestamp() AS now, pg_current_wal_lsn() AS ending,
        (SELECT min(a.backend_start)
         FROM pg_locks l JOIN pg_stat_activity a USING (pid) JOIN pg_database d ON d.oid = l.database
         WHERE l.locktype = 'advisory' AND l.granted AND d.datname = current_database()
           AND l.classid::bigint = ? AND l.objid::bigint = ? AND l.objsubid = 1) AS since,
        s.slot_name, s.active, s.wal_status, s.safe_wal_size,
        pg_wal_lsn_diff(pg_current_wal_lsn(), s.restart_lsn)::bigint AS retained
      FROM (SELECT) AS one LEFT JOIN pg_replication_slots s ON s.slot_name = ?
      """;

  /**
   * The replication slot.
   *
   * @param read whether somebody reads it now
   * @param status {@code pg_replication_slots.wal_status}; null when nothing is kept
   * @param retained how much of the log is kept for it, in bytes
   * @param safe how much the source may write until the slot is in danger, in bytes; null for no
   *     limit
   */
  public record SlotState(
      String name, boolean read, @Nullable String status, long retained, @Nullable Long safe) {}

  /** Asks the source. */
  public static CaptureState read(Connection source, Topics topics) throws SQLException {
    SourceNames names = SourceNames.of(topics);
    try (PreparedStatement query = source.prepareStatement(QUERY)) {
      query.setLong(1, names.lock() >>> Integer.SIZE);
      query.setLong(2, Integer.toUnsignedLong((int) names.lock()));
      query.setString(3, names.slot());
      try (ResultSet row = query.executeQuery()) {
        row.next();
        OffsetDateTime since = row.getObject("since", OffsetDateTime.class);
        return new CaptureState(
            since == null ? null : since.toInstant(),
            row.getObject("now", OffsetDateTime.class).toInstant(),
            Lsn.parse(row.getString("ending")),
            row.getString("slot_name") == null
                ? null
                : new SlotState(
                    row.getString("slot_name"),
                    row.getBoolean("active"),
                    row.getString("wal_status"),
                    row.getLong("retained"),
                    row.getObject("safe_wal_size", Long.class)));
      }
    }
  }
}
