package io.headrace.capture;

import io.headrace.wire.Epoch;
import io.headrace.wire.EpochJson;
import io.headrace.wire.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Where the capture stands, as Kafka knows it: the last committed {@link Epoch}. */
final class Position {

  /** Offsets looked at first, from the end: marks of transactions and a few epochs. */
  private static final long NEAR_THE_END = 64;

  private static final Duration POLL = Duration.ofMillis(200);

  /** How long brokers may be away. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private Position() {}

  /**
   * The last committed epoch, or null before the first. To be asked only after a predecessor has
   * been fenced.
   *
   * @throws IllegalArgumentException when the record is no epoch
   */
  static @Nullable Epoch last(String bootstrapServers, Topics topics) {
    return last(bootstrapServers, topics, PATIENCE);
  }

  /** As {@link #last(String, Topics)}, for somebody who does not want to wait long. */
  static @Nullable Epoch last(String bootstrapServers, Topics topics, Duration patience) {
    TopicPartition partition = new TopicPartition(topics.epochs(), 0);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "isolation.level",
                "read_committed",
                "enable.auto.commit",
                false,
                "auto.offset.reset",
                "none",
                "default.api.timeout.ms",
                (int) patience.toMillis(),
                // What is asked for is there; closing would wait for a fetch that waits for more.
                "fetch.max.wait.ms",
                0),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      long beginning = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      long window = NEAR_THE_END;
      long start = end;
      while (start > beginning) {
        start = Math.max(beginning, end - window);
        ConsumerRecord<byte[], byte[]> last = lastRecord(consumer, partition, start, end);
        if (last != null) {
          return read(last);
        }
        window *= 16;
      }
      return null;
    }
  }

  private static @Nullable ConsumerRecord<byte[], byte[]> lastRecord(
      KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long start, long end) {
    consumer.seek(partition, start);
    ConsumerRecord<byte[], byte[]> last = null;
    while (consumer.position(partition) < end) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        last = record;
      }
    }
    return last;
  }

  private static Epoch read(ConsumerRecord<byte[], byte[]> record) {
    try {
      return EpochJson.read(record.value());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "The capture's position cannot be read from topic "
              + record.topic()
              + ", partition "
              + record.partition()
              + ", offset "
              + record.offset()
              + ": "
              + e.getMessage(),
          e);
    }
  }
}
