package io.headrace.sink;

import io.headrace.wire.EpochMark;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Moves {@link Position} on, in one prepared statement. */
final class PositionUpdate {
  /** With the tables' names left open. */
  private static final String SQL =
      """
      WITH moved AS (
        UPDATE POSITION
        SET epoch = ?, lsn = ?::pg_lsn, committed = ?::timestamptz, merged_at = clock_timestamp())
      UPDATE OFFSETS o SET next_offset = n.next_offset, epoch = ?
      FROM unnest(?::text[], ?::integer[], ?::bigint[]) AS n (topic, partition, next_offset)
      WHERE o.topic = n.topic AND o.partition = n.partition
      """;

  private final Connection connection;
  private final PreparedStatement update;

  PositionUpdate(Connection connection, StarPlace place) throws SQLException {
    this.connection = connection;
    this.update =
        connection.prepareStatement(
            SQL.replace("POSITION", place.own("position"))
                .replace("OFFSETS", place.own("kafka_offset")));
  }

  void run(EpochMark mark, Map<TopicPartition, Long> offsets) throws SQLException {
    List<Object> topics = new ArrayList<>();
    List<Object> partitions = new ArrayList<>();
    List<Object> next = new ArrayList<>();
    offsets.forEach(
        (partition, offset) -> {
          topics.add(partition.topic());
          partitions.add(partition.partition());
          next.add(offset);
        });
    update.setLong(1, mark.number());
    update.setString(2, mark.lsn().toString());
    update.setString(3, mark.committed().toString());
    update.setLong(4, mark.number());
    update.setArray(5, array("text", topics));
    update.setArray(6, array("integer", partitions));
    update.setArray(7, array("bigint", next));
    update.executeUpdate();
  }

  private Array array(String type, List<Object> values) throws SQLException {
    return connection.createArrayOf(type, values.toArray());
  }
}
