package io.headrace.verify;

import io.headrace.wire.Epoch;
import io.headrace.wire.EpochJson;
import io.headrace.wire.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the epochs as the capture commits them, from now on. For one thread. */
final class EpochReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(50);

  private final KafkaConsumer<byte[], byte[]> consumer;

  EpochReader(String bootstrapServers, Topics topics) {
    consumer =
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
                "fetch.max.wait.ms",
                20),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    TopicPartition partition = new TopicPartition(topics.epochs(), 0);
    consumer.assign(List.of(partition));
    consumer.seekToEnd(List.of(partition));
    // Now, not at the first poll.
    var unused = consumer.position(partition);
  }

  /** The next epoch that is wanted; empty when none has come in time. */
  Optional<Epoch> await(Predicate<Epoch> wanted, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < deadline) {
      if (Thread.interrupted()) {
        throw new CancellationException("interrupted while waiting for an epoch");
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        Epoch epoch = EpochJson.read(record.value());
        if (wanted.test(epoch)) {
          return Optional.of(epoch);
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
