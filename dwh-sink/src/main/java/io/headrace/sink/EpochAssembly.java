package io.headrace.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headrace.stage.StageException;
import io.headrace.wire.EpochMark;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
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
  private static final long NONE = -1;

  private final List<FactLayout> layouts;
  private final List<FactPartition> partitions;
  private final Map<TopicPartition, FactPartition> byName = new HashMap<>();
  private final boolean anew;
  private long merged;
  private boolean mergedOnce;
  private final int width;
  private final List<Garbage> garbage = new ArrayList<>();

  /** The last epoch of which rows may be in the warehouse's stage already. */
  private long sentAhead = -1;

  /** For each table the last epoch of which rows were handed over since the last merge. */
  private final long[] handedOver;

  private long rowsHandedOver;
  private long limit = Long.MAX_VALUE;
  private long bound = Long.MAX_VALUE;
  private boolean held;

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
    this.handedOver = new long[layouts.size()];
    Arrays.fill(handedOver, NONE);
    partitions.forEach(partition -> byName.put(partition.name(), partition));
    width = 1 + partitions.stream().mapToInt(p -> p.name().partition()).max().orElse(0);
  }

  /**
   * Takes a record; one that is no fact and no mark is {@link #garbage}.
   *
   * @throws StageException when it is a mark out of its order
   */
  void add(ConsumerRecord<byte[], byte[]> record) {
    FactPartition partition = partition(new TopicPartition(record.topic(), record.partition()));
    EpochMark mark;
    try {
      mark = addUnlessMark(partition, record);
    } catch (IllegalArgumentException e) {
      garbage.add(garbage(record, String.valueOf(e.getMessage())));
      return;
    }
    if (mark == null) {
      return;
    }
    try {
      partition.mark(mark, record.offset());
    } catch (IllegalArgumentException e) {
      throw new StageException(
          StageException.Kind.FAILED, unusable(garbage(record, String.valueOf(e.getMessage()))), e);
    }
  }

  private Garbage garbage(ConsumerRecord<byte[], byte[]> record, String cause) {
    TopicPartition name = new TopicPartition(record.topic(), record.partition());
    return new Garbage(
        record.topic(),
        record.partition(),
        record.offset(),
        layouts.get(partition(name).table()).starTable(),
        record.key(),
        record.value(),
        cause);
  }

  /** What is wrong with a record, for a person. */
  static String unusable(Garbage garbage) {
    byte[] key = garbage.key();
    return "The record in topic "
        + garbage.topic()
        + ", partition "
        + garbage.partition()
        + ", offset "
        + garbage.offset()
        + ", key "
        + (key == null ? "none" : new String(key, UTF_8))
        + " for the warehouse table "
        + garbage.table()
        + " cannot be used: "
        + garbage.cause();
  }

  /** Foreign records that have come since the last call. */
  List<Garbage> takeGarbage() {
    List<Garbage> taken = List.copyOf(garbage);
    garbage.clear();
    return taken;
  }

  private @Nullable EpochMark addUnlessMark(
      FactPartition partition, ConsumerRecord<byte[], byte[]> record) {
    byte[] key = record.key();
    byte[] value = record.value();
    if (key == null) {
      throw new IllegalArgumentException("a fact must have a key but this one has none");
    }
    if (EpochMark.isMark(key)) {
      if (value == null) {
        throw new IllegalArgumentException("the mark of an epoch must have a value but has none");
      }
      return EpochMark.parse(value);
    }
    FactLayout layout = layouts.get(partition.table());
    long arrival = Arrival.of(record.partition(), record.offset(), width);
    if (value == null) {
      int[] starts = layout.key(key);
      Lines lines = partition.lines();
      int before = lines.length();
      lines.gone(arrival, key, starts, layout.places());
      partition.grew(lines.length() - before);
    } else {
      layout.check(key, value);
      Lines lines = partition.lines();
      int before = lines.length();
      lines.live(arrival, value);
      partition.grew(lines.length() - before);
    }
    return null;
  }

  /** All records before this offset, control records too, have been read. */
  void reached(TopicPartition name, long offset) {
    partition(name).reached(offset);
  }

  /** No merge may lead beyond this epoch, until told otherwise. */
  void limit(long epoch) {
    limit = Math.min(epoch, bound);
  }

  /**
   * No merge may lead beyond these bounds, until told otherwise. A first merge heeds no moment, nor
   * does one whose rows are on their way already.
   */
  void limit(MergeHold.Bounds bounds) {
    Instant before = bounds.before();
    held = bounds.held();
    long last = before == null || first() ? Long.MAX_VALUE : lastBefore(before);
    limit(last >= sentAhead ? Math.min(bounds.epoch(), last) : bounds.epoch());
  }

  /** Whether nothing may be merged for as long as a person wishes. */
  boolean paused() {
    return limit == MergeHold.Bounds.PAUSED;
  }

  /** Whether somebody holds the star for a moment, and waits himself. */
  boolean held() {
    return held;
  }

  /** Whether the next epoch is one that the source committed at a moment or later. */
  boolean standsBefore(Instant moment) {
    return !first() && lastBefore(moment) == merged;
  }

  /**
   * The last epoch before the first that was committed at a moment or later, as far as is known.
   */
  private long lastBefore(Instant moment) {
    return partitions.get(0).lastBefore(moment);
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
      partition
          .take(epoch)
          .forEach((from, lines) -> handOver(partition.table(), from, lines, rows));
    }
    return rows;
  }

  private void handOver(int table, long epoch, Lines lines, List<List<Lines>> rows) {
    rows.get(table).add(lines);
    handedOver[table] = Math.max(handedOver[table], epoch);
    rowsHandedOver += lines.rows();
  }

  /** The mark of an epoch that is complete everywhere. */
  EpochMark mark(long epoch) {
    EpochMark mark = partitions.get(0).mark(epoch);
    for (FactPartition partition : partitions) {
      EpochMark other = partition.mark(epoch);
      if (!other.sameEnd(mark)) {
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
   * What a merge takes.
   *
   * @param offsets where each partition goes on
   * @param marks the epochs in it, each with the last of its marks
   * @param changed the star tables for which it has rows, by their position in the star, with the
   *     commit time of the last epoch that has some; of what stood in the topics before the first
   *     mark, that mark's
   * @param rows how many in all
   */
  record Passed(
      Map<TopicPartition, Long> offsets,
      Collection<EpochMark> marks,
      Map<Integer, Instant> changed,
      long rows) {}

  /** An epoch is in the warehouse now, or will be with the running transaction. */
  Passed passed(long epoch) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    NavigableMap<Long, EpochMark> marks = new TreeMap<>();
    for (FactPartition partition : partitions) {
      offsets.put(
          partition.name(),
          partition.passed(epoch, mark -> marks.merge(mark.number(), mark, EpochMark::later)));
    }
    merged = epoch;
    mergedOnce = true;
    Passed passed = new Passed(offsets, marks.values(), changed(marks), rowsHandedOver);
    Arrays.fill(handedOver, NONE);
    rowsHandedOver = 0;
    return passed;
  }

  private Map<Integer, Instant> changed(NavigableMap<Long, EpochMark> marks) {
    Map<Integer, Instant> changed = new HashMap<>();
    for (int table = 0; table < handedOver.length; table++) {
      if (handedOver[table] != NONE) {
        Map.Entry<Long, EpochMark> mark = marks.ceilingEntry(handedOver[table]);
        changed.put(table, (mark == null ? marks.lastEntry() : mark).getValue().committed());
      }
    }
    return changed;
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
