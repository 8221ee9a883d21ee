package io.headrace.sink;

import io.headrace.sink.Position.Offset;
import io.headrace.stage.StageException;
import io.headrace.wire.CommittedRecords;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;

/**
 * How the fact topics are read: committed records only, all partitions, from where the warehouse
 * says.
 */
final class FactConsumer {
  /** What one answer of a broker may hold, in bytes; a larger single record passes all the same. */
  private static final int FETCH_BYTES = 16 << 20;

  private static final int PARTITION_FETCH_BYTES = 2 << 20;

  /** How long one request may take before it counts as unanswered, in milliseconds. */
  static final int ANSWER_MS = 10_000;

  /** How many partitions are named before the rest is only counted. */
  private static final int TOLD = 3;

  /** The topics are not those any more that were there when reading began. */
  static final class OtherTopicsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OtherTopicsException(String message) {
      super(message);
    }
  }

  private FactConsumer() {}

  static Consumer<byte[], byte[]> create(String bootstrapServers) {
    // Where to go on stands in the warehouse.
    return CommittedRecords.consumer(
        bootstrapServers,
        Map.of(
            ConsumerConfig.CLIENT_ID_CONFIG, "headrace-sink",
            ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES,
            ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, PARTITION_FETCH_BYTES,
            ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MS,
            ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_MS));
  }

  /**
   * Points the consumer at the warehouse's offsets.
   *
   * @throws StageException when Kafka no longer has, or does not have yet, what stands there
   */
  static void seek(
      Consumer<byte[], byte[]> consumer, FactTopics topics, Map<TopicPartition, Offset> offsets) {
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(offsets.keySet());
    Map<TopicPartition, Long> ends = consumer.endOffsets(offsets.keySet());
    Map<TopicPartition, String> lost = new HashMap<>();
    offsets.forEach(
        (partition, offset) -> {
          String place = partition.topic() + ", partition " + partition.partition();
          long begin = begins.getOrDefault(partition, 0L);
          long end = ends.getOrDefault(partition, 0L);
          if (!offset.topicId().equals(topics.ids().get(partition.topic()))) {
            lost.put(partition, place + ": the topic was deleted and made anew");
          } else if (offset.next() < begin) {
            lost.put(
                partition,
                place + ": offset " + offset.next() + " is gone, Kafka begins at " + begin);
          } else if (offset.next() > end) {
            lost.put(
                partition,
                place + ": offset " + offset.next() + " is not there, Kafka ends at " + end);
          } else {
            consumer.seek(partition, offset.next());
          }
        });
    if (!lost.isEmpty()) {
      throw lost(lost, offsets.keySet());
    }
  }

  /** Of a single topic that was lost the transform sends again only what changes. */
  private static StageException lost(
      Map<TopicPartition, String> lost, Set<TopicPartition> partitions) {
    List<String> sentences = lost.values().stream().sorted().toList();
    String what =
        "Kafka does not have what follows the warehouse's position: "
            + String.join("; ", sentences.subList(0, Math.min(TOLD, sentences.size())))
            + (lost.size() > TOLD ? "; and " + (lost.size() - TOLD) + " more partitions" : "");
    Set<String> topics =
        lost.keySet().stream().map(TopicPartition::topic).collect(Collectors.toSet());
    return partitions.stream().allMatch(partition -> topics.contains(partition.topic()))
        ? new StageException(
            StageException.Kind.FAILED,
            what
                + ". To fill the star anew from what Kafka has, start the sink, or up, once with"
                + " --refill; until that is done the warehouse goes on showing what it has.")
        : new StageException(
            StageException.Kind.LOST,
            what
                + ". The facts must be joined anew from the tables' topics: run ./headrace replay"
                + " --rejoin; until that is done the warehouse goes on showing what it has.");
  }
}
