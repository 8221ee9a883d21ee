package io.headrace.transform;

import io.headrace.wire.EpochJson;
import io.headrace.wire.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * What Kafka shows of the transform of one definition of the star.
 *
 * @param threads the stream threads at work
 * @param instances the processes at work
 * @param since when the oldest of them started; null when none is at work
 * @param balanced whether all partitions have a thread that works on them
 * @param nextEpoch the epoch that the slowest partition works on or waits for; null before the
 *     first
 */
public record TransformState(
    int threads,
    int instances,
    @Nullable Instant since,
    boolean balanced,
    @Nullable Long nextEpoch) {

  private static final Duration ANSWER = Duration.ofSeconds(5);

  /**
   * Asks the brokers.
   *
   * @throws KafkaException when they do not answer
   */
  public static TransformState read(String bootstrapServers, Topics topics, String generation) {
    String group = topics.application(generation);
    try (Admin admin =
        Admin.create(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "default.api.timeout.ms",
                (int) ANSWER.toMillis(),
                "request.timeout.ms",
                (int) ANSWER.toMillis()))) {
      ConsumerGroupDescription described = describe(admin, group);
      if (described == null) {
        return new TransformState(0, 0, null, false, null);
      }
      List<ClientName> clients =
          described.members().stream()
              .map(MemberDescription::clientId)
              .map(ClientName::parse)
              .flatMap(java.util.Optional::stream)
              .toList();
      return new TransformState(
          described.members().size(),
          (int) clients.stream().distinct().count(),
          clients.stream().map(ClientName::started).min(Instant::compareTo).orElse(null),
          described.groupState().toString().equals("Stable") && !described.members().isEmpty(),
          nextEpoch(
              bootstrapServers,
              topics,
              answer(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())));
    }
  }

  private static @Nullable ConsumerGroupDescription describe(Admin admin, String group) {
    try {
      return answer(admin.describeConsumerGroups(List.of(group)).all()).get(group);
    } catch (GroupIdNotFoundException e) {
      return null;
    }
  }

  private static @Nullable Long nextEpoch(
      String bootstrapServers,
      Topics topics,
      Map<TopicPartition, @Nullable OffsetAndMetadata> committed) {
    List<Long> next = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            GapProbe.consumerConfig(bootstrapServers),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      for (Map.Entry<TopicPartition, @Nullable OffsetAndMetadata> each : committed.entrySet()) {
        OffsetAndMetadata offset = each.getValue();
        if (offset != null && each.getKey().topic().equals(topics.epochs())) {
          Long epoch = epochAt(consumer, each.getKey(), offset.offset());
          if (epoch != null) {
            next.add(epoch);
          }
        }
      }
    }
    return next.stream().min(Long::compare).orElse(null);
  }

  /** The epoch of the first record at or after an offset; of the last one plus 1 at the end. */
  private static @Nullable Long epochAt(
      KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long offset) {
    consumer.assign(Set.of(partition));
    long end = consumer.endOffsets(Set.of(partition)).getOrDefault(partition, 0L);
    consumer.seek(partition, offset);
    while (consumer.position(partition) < end) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
        return EpochJson.read(record.value()).number();
      }
    }
    // An epoch takes its record and Kafka's mark of the commit.
    Long last = null;
    consumer.seek(partition, Math.max(0, end - 8));
    while (consumer.position(partition) < end) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
        last = EpochJson.read(record.value()).number() + 1;
      }
    }
    return last;
  }

  private static <T> T answer(org.apache.kafka.common.KafkaFuture<T> future) {
    try {
      return future.get(ANSWER.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KafkaException known) {
        throw known;
      }
      throw new KafkaException(e.getCause());
    } catch (TimeoutException e) {
      throw new KafkaException("no answer within " + ANSWER.toSeconds() + " seconds", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    }
  }
}
