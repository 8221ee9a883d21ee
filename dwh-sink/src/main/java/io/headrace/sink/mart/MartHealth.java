package io.headrace.sink.mart;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a mart is refreshed as it should be.
 *
 * @param refreshed when its newest refresh was done; null when none was
 * @param completeTo the commit time, by the source's clock, of the commit that it shows; null when
 *     not known
 * @param failed whether the newest attempt that has ended had failed
 * @param overdue how long ago a refresh that is not done was due, or asked for; zero when there is
 *     none
 */
public record MartHealth(
    String mart,
    @Nullable Instant refreshed,
    @Nullable Instant completeTo,
    boolean failed,
    Duration overdue) {

  private static final String READ =
      """
      SELECT v.mart, d.finished, d.complete_to, coalesce(e.state = 'failed', false),
        coalesce(extract(epoch FROM clock_timestamp() - least(o.due, t.execution_time)), 0)::float8
      FROM (
        SELECT mart FROM headrace.mart
        UNION SELECT relname::text FROM pg_class WHERE relkind = 'm' AND pg_table_is_visible(oid)) v
      LEFT JOIN headrace.scheduled_tasks t ON t.task_name = 'mart due' AND t.task_instance = v.mart
      LEFT JOIN LATERAL (
        SELECT finished, complete_to FROM headrace.mart_refresh r
        WHERE r.mart = v.mart AND state = 'done' ORDER BY finished DESC LIMIT 1) d ON true
      LEFT JOIN LATERAL (
        SELECT state FROM headrace.mart_refresh r
        WHERE r.mart = v.mart AND state IN ('done', 'failed') ORDER BY finished DESC LIMIT 1) e ON true
      LEFT JOIN LATERAL (
        SELECT min(due) AS due FROM headrace.mart_refresh r
        WHERE r.mart = v.mart AND state IN ('waiting', 'refreshing')) o ON true
      ORDER BY v.mart
      """;

  /** Of all marts. */
  public static List<MartHealth> read(Connection warehouse) throws SQLException {
    List<MartHealth> marts = new ArrayList<>();
    try (Statement statement = warehouse.createStatement();
        ResultSet row = statement.executeQuery(READ)) {
      while (row.next()) {
        marts.add(
            new MartHealth(
                row.getString(1),
                instant(row, 2),
                instant(row, 3),
                row.getBoolean(4),
                Duration.ofMillis((long) (Math.max(0, row.getDouble(5)) * 1000))));
      }
    }
    return marts;
  }

  private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
