package io.headrace.transform;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the places where a topic's offsets go on without records: compaction may have taken the
 * very record before an epoch's end. It is asked only when nothing came for a while, so it makes a
 * consumer for each question.
 */
final class GapProbe implements Instance.TopicGaps {

  private static final Logger LOG = LoggerFactory.getLogger(GapProbe.class);

  /** A stream thread waits for the answer. Without one in time it asks again later. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Supplier<Consumer<byte[], byte[]>> consumers;

  /**
   * With consumers of its own.
   *
   * @param consumers read committed, without a group and without a reset of offsets
   */
  GapProbe(Supplier<Consumer<byte[], byte[]>> consumers) {
    this.consumers = consumers;
  }

  @Override
  public long emptyUpTo(String topic, int partition, long from, long to) {
    TopicPartition of = new TopicPartition(topic, partition);
    long position = from;
    try (Consumer<byte[], byte[]> consumer = consumers.get()) {
      consumer.assign(Set.of(of));
      consumer.seek(of, from);
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (position < to && System.nanoTime() < deadline) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          return record.offset();
        }
        position = consumer.position(of, PATIENCE);
      }
    } catch (KafkaException e) {
      LOG.warn("cannot look for gaps topic={} partition={} from={}", topic, partition, from, e);
      return from;
    }
    LOG.info(
        "no records before the end of an epoch topic={} partition={} from={} to={}",
        topic,
        partition,
        from,
        position);
    return position;
  }

  /** What such a consumer needs beside the servers. */
  static Map<String, Object> consumerConfig(String bootstrapServers) {
    return Map.of(
        "bootstrap.servers",
        bootstrapServers,
        "isolation.level",
        "read_committed",
        "enable.auto.commit",
        false,
        "auto.offset.reset",
        "none",
        // Where a partition ends without records the broker waits for more before it tells how far
        // the offsets go.
        "fetch.max.wait.ms",
        20);
  }
}
