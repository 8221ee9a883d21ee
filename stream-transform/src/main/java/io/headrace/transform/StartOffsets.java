package io.headrace.transform;

import static java.util.Objects.requireNonNull;

import io.headrace.stage.StageException;
import io.headrace.star.TableName;
import io.headrace.wire.Epoch;
import io.headrace.wire.EpochJson;
import io.headrace.wire.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Where the tasks begin to read. Every partition gets an explicit offset before the tasks start, so
 * that none ever jumps.
 *
 * <p>Tables and parents: from the beginning where the group has no offset. A task that has read
 * further (offsets expire when a group stands still for a week, stores do not) steps over what it
 * knows.
 *
 * <p>Epochs: from the newest one where the group has no offset, and also where it stood still for
 * so long that compaction may have taken records of the epochs between. Compaction keeps the newest
 * record of each key: rows as they were at an old epoch's end may be gone, rows at the end of an
 * epoch younger than the topics' compaction lag are all there. So the old epochs are taken together
 * with the newest, in all partitions alike. That one must have all tables: while the capture loads
 * one that is new to it, no epoch is a state of the source in that table.
 */
final class StartOffsets {

  /**
   * An epoch that is older than this is not completed by itself. The topics keep every change for a
   * day longer.
   */
  static final Duration WHOLE = TransformTopics.KEPT.minusDays(1);

  /**
   * A first look back from the end of the epochs topic: each epoch has a record and Kafka's commit
   * marker.
   */
  private static final long FIRST_LOOK = 16;

  private static final Duration POLL = Duration.ofMillis(100);

  private final Admin admin;
  private final Consumer<byte[], byte[]> consumer;
  private final Topics topics;
  private final int partitions;
  private final Clock clock;
  private final @Nullable Long begin;

  /**
   * For tests: the consumer must be read committed and have no group.
   *
   * @param begin the epoch to begin with; null: the newest
   */
  StartOffsets(
      Admin admin,
      Consumer<byte[], byte[]> consumer,
      Topics topics,
      int partitions,
      Clock clock,
      @Nullable Long begin) {
    this.admin = admin;
    this.consumer = consumer;
    this.topics = topics;
    this.partitions = partitions;
    this.clock = clock;
    this.begin = begin;
  }

  /** The capture has not loaded all tables yet. */
  static final class LoadingException extends Exception {
    private static final long serialVersionUID = 1L;

    LoadingException(String waiting) {
      super(waiting);
    }
  }

  /**
   * Sets the offsets that are missing.
   *
   * @param group the application
   * @param tables the tables' topics
   * @param read all topics that it reads
   * @return by partition the epoch that a task without state begins with
   * @throws LoadingException when there is no epoch to begin with yet; nothing is set then
   */
  Instance.FirstEpochs set(String group, Set<String> tables, List<String> read)
      throws Broker.AwayException, LoadingException {
    Map<TopicPartition, OffsetAndMetadata> committed =
        new HashMap<>(
            Broker.answer(
                "read the offsets of " + group,
                admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata()));
    committed.values().removeIf(java.util.Objects::isNull);
    Map<TopicPartition, OffsetAndMetadata> missing = new HashMap<>();
    List<TopicPartition> fromBeginning =
        read.stream()
            .filter(topic -> !topic.equals(topics.epochs()))
            .flatMap(topic -> partitions(topic).stream())
            .filter(partition -> !committed.containsKey(partition))
            .toList();
    beginnings(fromBeginning)
        .forEach((partition, offset) -> missing.put(partition, new OffsetAndMetadata(offset)));
    missing.putAll(epochs(committed, tables));
    if (!missing.isEmpty()) {
      Broker.answer(
          "set the first offsets of " + group,
          admin.alterConsumerGroupOffsets(group, missing).all());
      committed.putAll(missing);
    }
    return firstEpochs(committed);
  }

  private List<TopicPartition> partitions(String topic) {
    return IntStream.range(0, partitions).mapToObj(i -> new TopicPartition(topic, i)).toList();
  }

  private Map<TopicPartition, Long> beginnings(List<TopicPartition> of)
      throws Broker.AwayException {
    Map<TopicPartition, Long> beginnings = new HashMap<>();
    var answer =
        Broker.answer(
            "list offsets",
            admin
                .listOffsets(
                    of.stream()
                        .collect(Collectors.toMap(Function.identity(), p -> OffsetSpec.earliest())))
                .all());
    answer.forEach((partition, offset) -> beginnings.put(partition, offset.offset()));
    return beginnings;
  }

  private Map<TopicPartition, OffsetAndMetadata> epochs(
      Map<TopicPartition, OffsetAndMetadata> committed, Set<String> tables)
      throws LoadingException {
    List<TopicPartition> all = partitions(topics.epochs());
    if (committed.keySet().containsAll(all) && all.stream().noneMatch(p -> isOld(p, committed))) {
      return Map.of();
    }
    if (begin != null) {
      return beginning(all, begin);
    }
    Map<TopicPartition, OffsetAndMetadata> newest = new HashMap<>();
    List<NavigableMap<Long, Found>> last = new ArrayList<>();
    for (TopicPartition partition : all) {
      last.add(lastEpochs(partition, FIRST_LOOK));
    }
    if (last.stream().anyMatch(Map::isEmpty)) {
      // The first snapshot is not complete: epoch 1 is still to come.
      all.forEach(partition -> newest.put(partition, new OffsetAndMetadata(0)));
      return newest;
    }
    // Every partition has it: the capture writes an epoch to all of them in one transaction.
    long number = last.stream().mapToLong(NavigableMap::lastKey).min().orElseThrow();
    for (int i = 0; i < partitions; i++) {
      Found found = last.get(i).get(number);
      for (long look = FIRST_LOOK * 4; found == null; look *= 4) {
        found = lastEpochs(all.get(i), look).get(number);
      }
      throwIfLoading(found.epoch, tables);
      newest.put(all.get(i), new OffsetAndMetadata(found.offset));
    }
    return newest;
  }

  private Map<TopicPartition, OffsetAndMetadata> beginning(List<TopicPartition> all, long number) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (TopicPartition partition : all) {
      EpochHistory.Found found =
          EpochHistory.last(consumer, partition, e -> e.epoch().number() <= number);
      if (found == null || found.epoch().number() != number) {
        throw new StageException(
            StageException.Kind.FAILED,
            "Epoch " + number + " is not in " + partition + " any more; it cannot be begun with");
      }
      offsets.put(partition, new OffsetAndMetadata(found.offset()));
    }
    return offsets;
  }

  /** An epoch, and where it was found. */
  private record Found(long offset, Epoch epoch) {}

  private void throwIfLoading(Epoch newest, Set<String> tables) throws LoadingException {
    for (TableName table : newest.rereads().loading()) {
      if (tables.contains(topics.table(table))) {
        throw new LoadingException(
            "The transform waits until the capture has loaded the table " + table + ".");
      }
    }
    if (!newest.ends().keySet().containsAll(tables)) {
      throw new LoadingException("The transform waits for the capture to load its tables.");
    }
  }

  private boolean isOld(
      TopicPartition partition, Map<TopicPartition, OffsetAndMetadata> committed) {
    OffsetAndMetadata offset = committed.get(partition);
    ConsumerRecord<byte[], byte[]> next =
        offset == null ? null : nextRecord(partition, offset.offset());
    return next != null && next.timestamp() < clock.instant().minus(WHOLE).toEpochMilli();
  }

  /** Offsets of the last epochs by number; only empty when the partition has none. */
  private NavigableMap<Long, Found> lastEpochs(TopicPartition partition, long look) {
    consumer.assign(Set.of(partition));
    long begin = requireNonNull(consumer.beginningOffsets(Set.of(partition)).get(partition));
    long end = requireNonNull(consumer.endOffsets(Set.of(partition)).get(partition));
    NavigableMap<Long, Found> found = new TreeMap<>();
    for (long back = look; found.isEmpty(); back *= 4) {
      long from = Math.max(begin, end - back);
      consumer.seek(partition, from);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          EpochJson.find(record.value())
              .ifPresent(e -> found.put(e.number(), new Found(record.offset(), e)));
        }
      }
      if (from == begin) {
        break;
      }
    }
    return found;
  }

  private @Nullable ConsumerRecord<byte[], byte[]> nextRecord(TopicPartition partition, long from) {
    consumer.assign(Set.of(partition));
    long end = requireNonNull(consumer.endOffsets(Set.of(partition)).get(partition));
    consumer.seek(partition, from);
    while (consumer.position(partition) < end) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (EpochJson.find(record.value()).isPresent()) {
          return record;
        }
      }
    }
    return null;
  }

  private Instance.FirstEpochs firstEpochs(Map<TopicPartition, OffsetAndMetadata> committed) {
    long[] first = new long[partitions];
    for (TopicPartition partition : partitions(topics.epochs())) {
      OffsetAndMetadata offset = committed.get(partition);
      ConsumerRecord<byte[], byte[]> next =
          offset == null ? null : nextRecord(partition, offset.offset());
      first[partition.partition()] = next == null ? 1 : EpochJson.read(next.value()).number();
    }
    return partition -> first[partition];
  }
}
