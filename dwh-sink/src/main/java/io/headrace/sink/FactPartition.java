package io.headrace.sink;

import io.headrace.wire.EpochMark;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * How far one partition of a fact topic has been read, and its rows that are not in the warehouse
 * yet, by the epoch they belong to.
 */
final class FactPartition {
  /** Before the first mark of a partition read from its beginning: older than every epoch. */
  static final long BASELINE = 0;

  /** Java objects that a remembered mark takes, roughly, in bytes. */
  private static final int MARK_BYTES = 128;

  private static final long NONE = -1;

  private final TopicPartition name;
  private final int table;
  private final TreeMap<Long, Lines> lines = new TreeMap<>();
  private final Deque<MarkAt> marks = new ArrayDeque<>();
  private final long backlogEnd;
  private long last;
  private long floor = NONE;
  private boolean backlogRead;
  private long bytes;

  private record MarkAt(EpochMark mark, long nextOffset) {}

  /**
   * A partition read on from where the warehouse stands, or from its beginning.
   *
   * @param table the star table, as position in the star
   * @param epoch the epoch whose mark stands before the first record to come; null at the
   *     partition's beginning
   * @param backlogEnd where the partition ended when reading began
   */
  FactPartition(TopicPartition name, int table, @Nullable Long epoch, long backlogEnd) {
    this.name = name;
    this.table = table;
    this.last = epoch == null ? NONE : epoch;
    this.backlogEnd = backlogEnd;
    reached(0);
  }

  TopicPartition name() {
    return name;
  }

  int table() {
    return table;
  }

  /** The epoch to which a row belongs that comes now. */
  long present() {
    return last == NONE ? BASELINE : last + 1;
  }

  /** The last epoch that is complete here; -1 before the first. */
  long complete() {
    return last;
  }

  /** Whether all that stood here when reading began has been read. */
  boolean backlogRead() {
    return backlogRead;
  }

  /**
   * The first epoch at whose end the rows read here are a state of the source: that of the first
   * mark, and the last one complete in what stood here when reading began, as far as read. -1 while
   * unknown.
   */
  long floor() {
    return floor;
  }

  /** Memory held, in bytes, roughly. */
  long bytes() {
    return bytes;
  }

  /** Where the rows of the present epoch go. */
  Lines lines() {
    return lines.computeIfAbsent(present(), epoch -> new Lines());
  }

  /** The rows now take so many bytes more. */
  void grew(int more) {
    bytes += more;
  }

  /**
   * Ends the present epoch.
   *
   * @throws IllegalArgumentException when the mark does not follow the one before by one
   */
  void mark(EpochMark mark, long offset) {
    if (last != NONE && mark.number() != last + 1) {
      throw new IllegalArgumentException(
          "after the mark of epoch "
              + last
              + " the next must be that of epoch "
              + (last + 1)
              + " but was that of epoch "
              + mark.number());
    }
    if (last == NONE || offset < backlogEnd) {
      floor = mark.number();
    }
    last = mark.number();
    marks.addLast(new MarkAt(mark, offset + 1));
    bytes += MARK_BYTES;
  }

  /** All records before this offset have been read. */
  void reached(long offset) {
    backlogRead |= offset >= backlogEnd;
  }

  /** Hands over all rows up to an epoch. */
  Map<Long, Lines> take(long epoch) {
    Map<Long, Lines> upTo = lines.headMap(epoch, true);
    Map<Long, Lines> taken = new TreeMap<>(upTo);
    upTo.clear();
    taken.values().forEach(rows -> bytes -= rows.length());
    return taken;
  }

  /** The mark of a complete epoch. */
  EpochMark mark(long epoch) {
    for (MarkAt at : marks) {
      if (at.mark().number() == epoch) {
        return at.mark();
      }
    }
    throw new IllegalStateException("no mark of epoch " + epoch + " in " + name);
  }

  /**
   * The epoch before the first that is not in the warehouse yet and was committed at a moment or
   * later; the largest number when none is known.
   */
  long lastBefore(Instant moment) {
    for (MarkAt at : marks) {
      if (!at.mark().committed().isBefore(moment)) {
        return at.mark().number() - 1;
      }
    }
    return Long.MAX_VALUE;
  }

  /**
   * Forgets the marks up to an epoch, handing each over. Returns the offset after the epoch's own.
   */
  long passed(long epoch, Consumer<EpochMark> each) {
    long offset = NONE;
    for (Iterator<MarkAt> at = marks.iterator(); at.hasNext(); ) {
      MarkAt next = at.next();
      if (next.mark().number() > epoch) {
        break;
      }
      offset = next.nextOffset();
      each.accept(next.mark());
      at.remove();
      bytes -= MARK_BYTES;
    }
    return offset;
  }
}
