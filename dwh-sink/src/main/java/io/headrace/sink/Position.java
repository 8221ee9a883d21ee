package io.headrace.sink;

import io.headrace.star.Star;
import io.headrace.wire.EpochMark;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Where the warehouse stands: the one row of {@code headrace.position} and the rows of {@code
 * headrace.kafka_offset}, written in the transaction that they are about.
 *
 * @param epoch the epoch that the star's tables show
 * @param generation the star's definition
 * @param offsets where reading goes on; empty when it must begin anew
 */
record Position(long epoch, String generation, Map<TopicPartition, Offset> offsets) {

  /**
   * Where reading of a partition goes on.
   *
   * @param next the offset after the epoch's mark
   * @param topicId Kafka's id of the topic
   */
  record Offset(long next, String topicId) {}

  /** Where reading goes on for a definition of the star; empty when it must begin anew. */
  Map<TopicPartition, Offset> offsetsOf(String wanted) {
    return generation.equals(wanted) ? offsets : Map.of();
  }

  /** Reads it; null while nothing has been merged. */
  static @Nullable Position read(Connection connection, StarPlace place) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      Map<TopicPartition, Offset> offsets = new HashMap<>();
      try (ResultSet row =
          statement.executeQuery(
              "SELECT topic, partition, next_offset, topic_id FROM " + place.own("kafka_offset"))) {
        while (row.next()) {
          offsets.put(
              new TopicPartition(row.getString(1), row.getInt(2)),
              new Offset(row.getLong(3), row.getString(4)));
        }
      }
      try (ResultSet row =
          statement.executeQuery("SELECT epoch, generation FROM " + place.own("position"))) {
        return row.next() ? new Position(row.getLong(1), row.getString(2), offsets) : null;
      }
    }
  }

  /**
   * Makes reading begin anew, in topics that need not be those which were read before. What the
   * star shows, it goes on showing, under the commit that it is the state of: but as epoch 0, which
   * no topic has.
   */
  static void forgetOffsets(Connection connection, StarPlace place) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "DELETE FROM "
              + place.own("kafka_offset")
              + "; UPDATE "
              + place.own("position")
              + " SET epoch = 0");
    }
  }

  /** Writes it for the first time, or over one of another generation. */
  static void replace(
      Connection connection,
      StarPlace place,
      Star star,
      EpochMark mark,
      Map<TopicPartition, Long> offsets,
      Map<String, String> topicIds)
      throws SQLException {
    try (Statement clear = connection.createStatement()) {
      clear.execute(
          "DELETE FROM " + place.own("position") + "; DELETE FROM " + place.own("kafka_offset"));
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO "
                + place.own("position")
                + " (epoch, lsn, committed, generation, merged_at)"
                + " VALUES (?, ?::pg_lsn, ?::timestamptz, ?, clock_timestamp())")) {
      insert.setLong(1, mark.number());
      insert.setString(2, mark.lsn().toString());
      insert.setString(3, mark.committed().toString());
      insert.setString(4, star.generation());
      insert.executeUpdate();
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO "
                + place.own("kafka_offset")
                + " (topic, partition, next_offset, epoch, topic_id)"
                + " VALUES (?, ?, ?, ?, ?)")) {
      for (Map.Entry<TopicPartition, Long> offset : offsets.entrySet()) {
        insert.setString(1, offset.getKey().topic());
        insert.setInt(2, offset.getKey().partition());
        insert.setLong(3, offset.getValue());
        insert.setLong(4, mark.number());
        insert.setString(5, topicIds.get(offset.getKey().topic()));
        insert.addBatch();
      }
      insert.executeBatch();
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO "
                + place.own("first_load")
                + " AS done (generation, loaded_at) VALUES (?, clock_timestamp())"
                + " ON CONFLICT (generation) DO UPDATE"
                + " SET loaded_at = excluded.loaded_at, marts_filled = NULL")) {
      insert.setString(1, star.generation());
      insert.executeUpdate();
    }
    LiveStar.write(connection, place, star);
  }
}
