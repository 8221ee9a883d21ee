package io.headrace.wire;

import io.headrace.star.TableName;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far the capture is with capturing a table again, at the end of an epoch.
 *
 * @param id the request's
 * @param table the table
 * @param trigger why
 * @param started when it was asked for, by the capture's clock; null when a version told it that
 *     did not say
 * @param pass what is being done
 * @param after where the pass goes on: the key of the last row, as in the topic; in the second pass
 *     partition and offset, {@code 1:4711}; null at the beginning
 * @param rows the rows read so far
 * @param until where the topic's partitions ended when it began: what stands before is looked
 *     through for rows that the source does not have
 */
public record Resync(
    String id,
    TableName table,
    Trigger trigger,
    @Nullable Instant started,
    Pass pass,
    @Nullable String after,
    long rows,
    List<Long> until) {

  public Resync {
    until = List.copyOf(until);
  }

  /** Why a table is captured again. */
  public enum Trigger {
    /** Somebody asked for it. */
    MANUAL,
    /** The table came to the star. */
    NEW_TABLE,
    /** Kafka has less of the table's topic than was written. */
    LOST_TOPIC
  }

  /** What is being done. */
  public enum Pass {
    /** Every row of the source is sent. */
    ROWS,
    /** What is in the topic and not in the source is deleted. */
    GHOSTS
  }

  /**
   * One that has ended.
   *
   * @param resync how far it came
   * @param at when, by the capture's clock
   * @param error why it was given up; null when it was done
   */
  public record Ended(Resync resync, Instant at, @Nullable String error) {}

  /** One that has yet to begin. */
  public static Resync of(
      String id, TableName table, Trigger trigger, Instant started, List<Long> until) {
    return new Resync(id, table, trigger, started, Pass.ROWS, null, 0, until);
  }

  /** The same, further on. */
  public Resync at(Pass nowPass, @Nullable String nowAfter, long nowRows) {
    return new Resync(id, table, trigger, started, nowPass, nowAfter, nowRows, until);
  }

  /** The same, at its end. */
  public Ended ended(Instant at, @Nullable String error) {
    return new Ended(
        new Resync(id, table, trigger, started, pass, null, rows, List.of()), at, error);
  }

  /** Whether the table's topic was incomplete before: nobody can use it yet. */
  public boolean loading() {
    return trigger != Trigger.MANUAL;
  }
}
