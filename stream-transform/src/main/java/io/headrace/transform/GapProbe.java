package io.headrace.transform;

import io.headrace.wire.CommittedRecords;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the places where a topic's offsets go on without records: compaction may have taken the
 * very record before an epoch's end. It is asked only when nothing came for a while, so one
 * consumer serves all tasks, made for the first question.
 */
final class GapProbe implements Instance.TopicGaps, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(GapProbe.class);

  /** A stream thread waits for the answer. Without one in time it asks again later. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private @Nullable Consumer<byte[], byte[]> open;

  /**
   * With a consumer of its own.
   *
   * @param consumers makes it: read committed, without a group and without a reset of offsets
   */
  GapProbe(Supplier<Consumer<byte[], byte[]>> consumers) {
    this.consumers = consumers;
  }

  @Override
  public synchronized long emptyUpTo(String topic, int partition, long from, long to) {
    long position;
    try {
      position = look(consumer(), new TopicPartition(topic, partition), from, to);
    } catch (KafkaException e) {
      LOG.warn("cannot look for gaps topic={} partition={} from={}", topic, partition, from, e);
      close();
      return from;
    }
    if (position > from) {
      LOG.info(
          "no records before the end of an epoch topic={} partition={} from={} to={}",
          topic,
          partition,
          from,
          position);
    }
    return position;
  }

  private static long look(
      Consumer<byte[], byte[]> consumer, TopicPartition of, long from, long to) {
    consumer.assign(Set.of(of));
    consumer.seek(of, from);
    long position = from;
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (position < to && System.nanoTime() < deadline) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
        return record.offset();
      }
      position = consumer.position(of, PATIENCE);
    }
    return position;
  }

  private Consumer<byte[], byte[]> consumer() {
    Consumer<byte[], byte[]> consumer = open;
    if (consumer == null) {
      consumer = consumers.get();
      open = consumer;
    }
    return consumer;
  }

  @Override
  public synchronized void close() {
    if (open != null) {
      open.close(CloseOptions.timeout(PATIENCE));
      open = null;
    }
  }

  /** Such a consumer. */
  static Consumer<byte[], byte[]> consumer(String bootstrapServers) {
    // Where a partition ends without records the broker waits for more before it tells how far the
    // offsets go.
    return CommittedRecords.consumer(bootstrapServers, Map.of("fetch.max.wait.ms", 20));
  }
}
