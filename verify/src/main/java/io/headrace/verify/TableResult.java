package io.headrace.verify;

import java.time.Duration;

/**
 * How a table of the star compares.
 *
 * @param table its name
 * @param equal rows that both sides have alike
 * @param different rows that both have, with other values
 * @param missing rows that only the source has
 * @param extra rows that only the warehouse has
 * @param undecided rows that changed whenever they were looked at
 * @param took how long it was compared
 */
public record TableResult(
    String table,
    long equal,
    long different,
    long missing,
    long extra,
    long undecided,
    Duration took) {

  /** Rows that were looked at, on either side. */
  public long rows() {
    return equal + different + missing + extra + undecided;
  }

  /** Rows that are certain to differ. */
  public long differences() {
    return different + missing + extra;
  }
}
