package io.headrace.capture;

import io.headrace.wire.CommittedRecords;
import io.headrace.wire.Epoch;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** {@link TopicKeys} from Kafka, with a consumer for each batch. */
final class KafkaTopicKeys implements TopicKeys {

  private static final int BATCH = 5_000;

  private static final Duration POLL = Duration.ofMillis(100);

  private final String bootstrapServers;

  KafkaTopicKeys(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
  }

  @Override
  public List<Long> ends(String topic) {
    try (Consumer<byte[], byte[]> consumer = CommittedRecords.consumer(bootstrapServers)) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .sorted(Comparator.comparingInt(TopicPartition::partition))
              .toList();
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      return partitions.stream().map(partition -> ends.getOrDefault(partition, 0L)).toList();
    }
  }

  @Override
  public Batch read(String topic, int partition, long from, long until) {
    TopicPartition place = new TopicPartition(topic, partition);
    try (Consumer<byte[], byte[]> consumer = CommittedRecords.consumer(bootstrapServers)) {
      consumer.assign(List.of(place));
      long begin = consumer.beginningOffsets(List.of(place)).getOrDefault(place, 0L);
      long end = Math.min(until, consumer.endOffsets(List.of(place)).getOrDefault(place, 0L));
      long next = Math.max(from, begin);
      Set<ByteBuffer> keys = new LinkedHashSet<>();
      if (next < end) {
        consumer.seek(place, next);
      }
      while (next < end && keys.size() < BATCH) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          if (record.offset() < end) {
            take(record, keys);
          }
        }
        next = consumer.position(place);
      }
      return new Batch(keys.stream().map(ByteBuffer::array).toList(), next < end ? next : until);
    }
  }

  private static void take(ConsumerRecord<byte[], byte[]> record, Set<ByteBuffer> keys) {
    // A record without the header is none of ours.
    if (record.key() != null && record.headers().lastHeader(Epoch.HEADER) != null) {
      ByteBuffer key = ByteBuffer.wrap(record.key());
      if (record.value() == null) {
        keys.remove(key);
      } else {
        keys.add(key);
      }
    }
  }
}
