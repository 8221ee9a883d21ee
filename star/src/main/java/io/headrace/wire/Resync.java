package io.headrace.wire;

import io.headrace.star.TableName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far the capture is with capturing a table again, at the end of an epoch.
 *
 * @param id the request's
 * @param table the table
 * @param loading whether the table's topic was incomplete before: nobody can use it yet
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
    boolean loading,
    Pass pass,
    @Nullable String after,
    long rows,
    List<Long> until) {

  public Resync {
    until = List.copyOf(until);
  }

  /** What is being done. */
  public enum Pass {
    /** Every row of the source is sent. */
    ROWS,
    /** What is in the topic and not in the source is deleted. */
    GHOSTS
  }

  /** One that has yet to begin. */
  public static Resync of(String id, TableName table, boolean loading, List<Long> until) {
    return new Resync(id, table, loading, Pass.ROWS, null, 0, until);
  }

  /** The same, further on. */
  public Resync at(Pass nowPass, @Nullable String nowAfter, long nowRows) {
    return new Resync(id, table, loading, nowPass, nowAfter, nowRows, until);
  }
}
