package io.headrace.observe;

import io.headrace.wire.Topics;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What is asked only when something is late: what tells a stage that works on something large from
 * one that is dead, and a server that cannot write from one that is idle.
 *
 * @param captured records that the capture has written, committed or not; null when unknown
 * @param joined the same of the transform
 * @param sourceDisk why the source cannot write files; null when it can, or nobody knows
 * @param warehouseDisk the same of the warehouse
 */
public record CloserLook(
    @Nullable Long captured,
    @Nullable Long joined,
    @Nullable String sourceDisk,
    @Nullable String warehouseDisk) {
  private static final String DISK_FULL = "53100";

  /** Sorts more than fits into memory, so a file is written; nothing is left of it. */
  private static final String SPILL =
      """
      SET work_mem = '64kB';
      SELECT count(*) FROM (SELECT n FROM generate_series(1, 20000) n ORDER BY random()) spilled
      """;

  private static final String SINK_WORK =
      """
      SELECT CASE
        WHEN a.wait_event_type = 'Lock' THEN 'waits for a lock that the warehouse''s process '
          || coalesce(array_to_string(pg_blocking_pids(a.pid), ', '), '?') || ' holds'
        WHEN a.query LIKE 'COPY %' THEN NULL
        WHEN a.state = 'active' AND a.wait_event_type IS DISTINCT FROM 'Client'
          THEN 'merges for ' || round(extract(epoch FROM clock_timestamp() - a.xact_start)) || ' s' END,
        CASE WHEN a.query LIKE 'COPY %' THEN concat_ws(' ', a.query_start, c.bytes_processed) END
      FROM pg_locks l JOIN pg_stat_activity a USING (pid) JOIN pg_database d ON d.oid = l.database
        LEFT JOIN pg_stat_progress_copy c ON c.pid = a.pid
      WHERE l.locktype = 'advisory' AND l.granted AND d.datname = current_database()
        AND a.application_name = 'headrace sink'
      ORDER BY 1 LIMIT 1
      """;

  /** Asks the brokers how far the topics are written. */
  static long[] written(Admin admin, Topics of) throws Exception {
    String facts = of.application("");
    String tables = of.prefix() + ".";
    var names =
        admin.listTopics().names().get().stream().filter(name -> name.startsWith(tables)).toList();
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (TopicDescription topic : admin.describeTopics(names).allTopicNames().get().values()) {
      topic
          .partitions()
          .forEach(
              p -> ends.put(new TopicPartition(topic.name(), p.partition()), OffsetSpec.latest()));
    }
    long[] written = new long[2];
    admin
        .listOffsets(ends)
        .all()
        .get()
        .forEach(
            (partition, end) ->
                written[partition.topic().startsWith(facts) ? 1 : 0] += end.offset());
    return written;
  }

  /** What the warehouse's server does for the sink just now. */
  static SinkWork sinkWork(Connection warehouse) throws SQLException {
    try (Statement statement = warehouse.createStatement();
        ResultSet row = statement.executeQuery(SINK_WORK)) {
      return row.next() ? new SinkWork(row.getString(1), row.getString(2)) : SinkWork.NONE;
    }
  }

  /** Lets the server write a file; null when it could. */
  static @Nullable String disk(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(SPILL);
      return null;
    } catch (SQLException e) {
      if (DISK_FULL.equals(e.getSQLState())) {
        return e.getMessage();
      }
      throw e;
    }
  }
}
