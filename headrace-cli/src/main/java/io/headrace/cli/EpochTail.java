package io.headrace.cli;

import io.headrace.wire.Epoch;
import io.headrace.wire.EpochJson;
import io.headrace.wire.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Follows the epochs from now on. */
final class EpochTail implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(250);
  private static final Duration ANSWER = Duration.ofSeconds(5);

  private final KafkaConsumer<byte[], byte[]> consumer;

  private EpochTail(KafkaConsumer<byte[], byte[]> consumer) {
    this.consumer = consumer;
  }

  /** From the end of the epochs as it is now. */
  static EpochTail open(String bootstrapServers, Topics topics) {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "isolation.level",
                "read_committed",
                "enable.auto.commit",
                false,
                "allow.auto.create.topics",
                false,
                "default.api.timeout.ms",
                (int) ANSWER.toMillis(),
                "auto.offset.reset",
                "none"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    try {
      TopicPartition partition = new TopicPartition(topics.epochs(), 0);
      consumer.assign(List.of(partition));
      consumer.seekToEnd(List.of(partition));
      var unused = consumer.position(partition, ANSWER);
      return new EpochTail(consumer);
    } catch (KafkaException e) {
      consumer.close();
      throw new CommandException(
          "The topic "
              + topics.epochs()
              + " cannot be read from Kafka at "
              + bootstrapServers
              + ": "
              + e.getMessage(),
          e);
    }
  }

  /** Those that have come; waits a moment for some. */
  List<Epoch> next() {
    List<Epoch> epochs = new ArrayList<>();
    consumer.poll(POLL).forEach(record -> epochs.add(EpochJson.read(record.value())));
    return epochs;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
