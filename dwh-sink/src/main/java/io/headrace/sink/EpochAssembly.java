package io.headrace.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headrace.stage.StageException;
import io.headrace.wire.CopyText;
import io.headrace.wire.EpochMark;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Puts the epochs together again that reach the sink in pieces, one piece a partition: tells which
 * one is complete everywhere, and holds the rows until then. Holds them in memory; what is certain
 * to belong to the next merge may be taken out early ({@link #certain}), and partitions that run
 * ahead may be left waiting. No I/O; not for several threads.
 */
final class EpochAssembly {
  private final List<FactLayout> layouts;
  private final List<FactPartition> partitions;
  private final Map<TopicPartition, FactPartition> byName = new HashMap<>();
  private final boolean anew;
  private long merged;
  private boolean mergedOnce;
  private long arrivals;

  /** The last epoch of which rows may be in the warehouse's stage already. */
  private long sentAhead = -1;

  private long limit = Long.MAX_VALUE;
  private long bound = Long.MAX_VALUE;

  /**
   * An assembly that goes on after an epoch.
   *
   * @param partitions every partition of every fact topic
   * @param merged the epoch that the warehouse shows; -1 for none
   * @param anew whether the partitions are read from their beginnings: then the first merge must
   *     reach {@code merged} again, and the end of what stood in the topics when reading began. A
   *     compacted topic no longer tells what was in between.
   */
  EpochAssembly(
      List<FactLayout> layouts, List<FactPartition> partitions, long merged, boolean anew) {
    this.layouts = List.copyOf(layouts);
    this.partitions = List.copyOf(partitions);
    this.merged = merged;
    this.anew = anew;
    partitions.forEach(partition -> byName.put(partition.name(), partition));
  }

  /**
   * Takes a record.
   *
   * @throws StageException when it is no fact and no mark, or a mark out of its order
   */
  void add(ConsumerRecord<byte[], byte[]> record) {
    FactPartition partition = partition(new TopicPartition(record.topic(), record.partition()));
    byte[] key = record.key();
    byte[] value = record.value();
    try {
      if (key == null) {
        throw new IllegalArgumentException("a fact must have a key but this one has none");
      }
      if (!EpochMark.isMark(key)) {
        addRow(partition, key, value);
      } else if (value == null) {
        throw new IllegalArgumentException("the mark of an epoch must have a value but has none");
      } else {
        partition.mark(EpochMark.parse(value), record.offset());
      }
    } catch (IllegalArgumentException e) {
      throw new StageException(
          StageException.Kind.FAILED,
          "The record in topic "
              + record.topic()
              + ", partition "
              + record.partition()
              + ", offset "
              + record.offset()
              + ", key "
              + (key == null ? "none" : new String(key, UTF_8))
              + " for the warehouse table "
              + layouts.get(partition.table()).starTable()
              + " cannot be used: "
              + e.getMessage(),
          e);
    }
  }

  private void addRow(FactPartition partition, byte[] key, byte @Nullable [] value) {
    Lines lines = partition.lines();
    int before = lines.length();
    if (value == null) {
      FactLayout layout = layouts.get(partition.table());
      lines.gone(arrivals++, key, CopyText.starts(key, layout.keyFields()), layout.places());
    } else {
      lines.live(arrivals++, value);
    }
    partition.grew(lines.length() - before);
  }

  /** All records before this offset, control records too, have been read. */
  void reached(TopicPartition name, long offset) {
    partition(name).reached(offset);
  }

  /** No merge may lead beyond this epoch, until told otherwise. */
  void limit(long epoch) {
    limit = Math.min(epoch, bound);
  }

  /** No merge may ever lead beyond this epoch. */
  void bound(long epoch) {
    bound = epoch;
    limit(epoch);
  }

  /** Whether a limit keeps back what could be merged. */
  boolean limited() {
    return completeEverywhere() > limit;
  }

  /** The last epoch that may be merged now; -1 when there is none yet. */
  long mergeable() {
    long complete = Math.min(completeEverywhere(), limit);
    if (complete < sentAhead || (first() && (complete < required() || !backlogRead()))) {
      return -1;
    }
    return complete > merged || first() ? complete : -1;
  }

  /**
   * An epoch that the next merge is certain to reach: rows up to it may go to the warehouse's stage
   * now. Where a merge is due, that is where it leads: what is beyond would come with it too early.
   */
  long certain() {
    long due = mergeable();
    if (due >= 0) {
      return due;
    }
    long next = (limited() ? merged : completeEverywhere()) + 1;
    return first() ? Math.max(next, required()) : next;
  }

  /**
   * Hands over the rows of each star table that the next merge is certain to take. From then on no
   * merge leads to an earlier epoch.
   */
  List<List<Lines>> takeAhead() {
    sentAhead = Math.max(sentAhead, certain());
    return take(sentAhead);
  }

  /** Hands over the rows of each star table up to an epoch. */
  List<List<Lines>> take(long epoch) {
    List<List<Lines>> rows = new ArrayList<>();
    layouts.forEach(layout -> rows.add(new ArrayList<>()));
    for (FactPartition partition : partitions) {
      rows.get(partition.table()).addAll(partition.take(epoch).values());
    }
    return rows;
  }

  /** The mark of an epoch that is complete everywhere. */
  EpochMark mark(long epoch) {
    EpochMark mark = partitions.get(0).mark(epoch);
    for (FactPartition partition : partitions) {
      EpochMark other = partition.mark(epoch);
      if (!other.equals(mark)) {
        throw new StageException(
            StageException.Kind.FAILED,
            "Epoch "
                + epoch
                + " must end at the same commit everywhere, but "
                + partitions.get(0).name()
                + " says "
                + mark
                + " and "
                + partition.name()
                + " says "
                + other);
      }
    }
    return mark;
  }

  /**
   * An epoch is in the warehouse now, or will be with the running transaction. Returns where each
   * partition goes on.
   */
  Map<TopicPartition, Long> passed(long epoch) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    partitions.forEach(partition -> offsets.put(partition.name(), partition.passed(epoch)));
    merged = epoch;
    mergedOnce = true;
    return offsets;
  }

  /** The partitions that have run ahead of what is certain to be merged next. */
  List<TopicPartition> ahead() {
    long certain = certain();
    return partitions.stream()
        .filter(partition -> partition.present() > certain)
        .map(FactPartition::name)
        .toList();
  }

  /** Memory held, in bytes, roughly. */
  long bytes() {
    return partitions.stream().mapToLong(FactPartition::bytes).sum();
  }

  /** Whether the next merge replaces whatever the warehouse holds. */
  boolean first() {
    return anew && !mergedOnce;
  }

  private long completeEverywhere() {
    return partitions.stream().mapToLong(FactPartition::complete).min().orElse(-1);
  }

  private long required() {
    return Math.max(merged, partitions.stream().mapToLong(FactPartition::floor).max().orElse(-1));
  }

  private boolean backlogRead() {
    return partitions.stream().allMatch(FactPartition::backlogRead);
  }

  private FactPartition partition(TopicPartition name) {
    FactPartition partition = byName.get(name);
    if (partition == null) {
      throw new IllegalStateException("a record of " + name + ", which was not asked for");
    }
    return partition;
  }
}
