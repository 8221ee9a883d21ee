package io.headrace.transform;

import io.headrace.wire.Epoch;
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
 * @param done the last epoch that every partition is through with; null before the first
 * @param next the epoch that the slowest partition works on; null when there is none yet
 */
public record TransformState(
    int threads,
    int instances,
    @Nullable Instant since,
    boolean balanced,
    @Nullable Long done,
    @Nullable Epoch next) {

  /** Offsets of some epochs: each takes its record and Kafka's mark of the commit. */
  private static final long LOOK_BACK = 16;

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
        return new TransformState(0, 0, null, false, null, null);
      }
      List<ClientName> clients =
          described.members().stream()
              .map(MemberDescription::clientId)
              .map(ClientName::parse)
              .flatMap(java.util.Optional::stream)
              .toList();
      Slowest slowest =
          slowest(
              bootstrapServers,
              topics,
              answer(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata()));
      return new TransformState(
          described.members().size(),
          (int) clients.stream().distinct().count(),
          clients.stream().map(ClientName::started).min(Instant::compareTo).orElse(null),
          described.groupState().toString().equals("Stable") && !described.members().isEmpty(),
          slowest.done() < 0 ? null : slowest.done(),
          slowest.next());
    }
  }

  private static @Nullable ConsumerGroupDescription describe(Admin admin, String group) {
    try {
      return answer(admin.describeConsumerGroups(List.of(group)).all()).get(group);
    } catch (GroupIdNotFoundException e) {
      return null;
    }
  }

  /**
   * The slowest partition.
   *
   * @param done the epoch that it is through with; -1 when there is none
   * @param next the epoch that it works on; null when there is none yet
   */
  private record Slowest(long done, @Nullable Epoch next) {}

  private static Slowest slowest(
      String bootstrapServers,
      Topics topics,
      Map<TopicPartition, @Nullable OffsetAndMetadata> committed) {
    Slowest slowest = null;
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            GapProbe.consumerConfig(bootstrapServers),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      for (Map.Entry<TopicPartition, @Nullable OffsetAndMetadata> each : committed.entrySet()) {
        OffsetAndMetadata offset = each.getValue();
        if (offset != null && each.getKey().topic().equals(topics.epochs())) {
          Slowest here = at(consumer, each.getKey(), offset.offset());
          slowest = slowest == null || here.done() < slowest.done() ? here : slowest;
        }
      }
    }
    return slowest == null ? new Slowest(-1, null) : slowest;
  }

  private static Slowest at(
      KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long offset) {
    consumer.assign(Set.of(partition));
    long end = consumer.endOffsets(Set.of(partition)).getOrDefault(partition, 0L);
    List<Epoch> next = read(consumer, partition, offset, end);
    if (!next.isEmpty()) {
      return new Slowest(next.get(0).number() - 1, next.get(0));
    }
    List<Epoch> last = read(consumer, partition, Math.max(0, end - LOOK_BACK), end);
    return new Slowest(last.isEmpty() ? -1 : last.get(last.size() - 1).number(), null);
  }

  private static List<Epoch> read(
      KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long from, long to) {
    List<Epoch> found = new ArrayList<>();
    consumer.seek(partition, from);
    while (found.isEmpty() && consumer.position(partition) < to) {
      consumer
          .poll(Duration.ofMillis(100))
          .forEach(record -> found.add(EpochJson.read(record.value())));
    }
    return found;
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
