package io.headrace.transform;

import io.headrace.wire.Epoch;
import io.headrace.wire.EpochReader;
import io.headrace.wire.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
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

  private static final Duration ANSWER = Duration.ofSeconds(5);

  /**
   * Asks the brokers.
   *
   * @param epochs reads the pipeline's epochs
   * @throws KafkaException when they do not answer
   */
  public static TransformState read(
      Admin admin, EpochReader epochs, Topics topics, String generation) {
    String group = topics.application(generation);
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
            epochs,
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
      EpochReader epochs,
      Topics topics,
      Map<TopicPartition, @Nullable OffsetAndMetadata> committed) {
    Slowest slowest = null;
    for (Map.Entry<TopicPartition, @Nullable OffsetAndMetadata> each : committed.entrySet()) {
      OffsetAndMetadata offset = each.getValue();
      if (offset != null && each.getKey().topic().equals(topics.epochs())) {
        Slowest here = at(epochs, each.getKey().partition(), offset.offset());
        slowest = slowest == null || here.done() < slowest.done() ? here : slowest;
      }
    }
    return slowest == null ? new Slowest(-1, null) : slowest;
  }

  private static Slowest at(EpochReader epochs, int partition, long offset) {
    Epoch next = epochs.first(partition, offset);
    if (next != null) {
      return new Slowest(next.number() - 1, next);
    }
    Epoch last = epochs.last(partition);
    return new Slowest(last == null ? -1 : last.number(), null);
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
