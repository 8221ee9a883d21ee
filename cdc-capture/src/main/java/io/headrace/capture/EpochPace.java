package io.headrace.capture;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * How long an epoch collects before it is committed. Each commit costs every stage some
 * milliseconds, whatever it holds: one that is up to date commits as soon as it can, one that is
 * behind collects, because then the next commit's latency is mostly that of the commits before it.
 */
final class EpochPace {

  /**
   * Between two commits at least: a change after a pause is committed at once, many changes share
   * one.
   */
  static final Duration APART = Duration.ofMillis(40);

  /** When nothing has come for so long, there is nothing to collect, however far behind. */
  static final Duration QUIET = Duration.ofMillis(50);

  /** Behind by less than this is up to date. */
  private static final Duration BEHIND = Duration.ofMillis(250);

  /** Of the time that it is behind, an epoch collects this part. */
  private static final int SHARE = 4;

  /** However far behind: an epoch is also what the warehouse takes in one transaction. */
  static final Duration LONGEST = Duration.ofMillis(500);

  private final Clock sourceClock;

  /** With the source's clock, which need not agree with ours. */
  EpochPace(Clock sourceClock) {
    this.sourceClock = sourceClock;
  }

  /**
   * How long the epoch may collect whose last transaction was committed then.
   *
   * @param committed when the source committed it, by the source's clock
   */
  Duration collecting(Instant committed) {
    Duration behind = Duration.between(committed, sourceClock.instant());
    if (behind.compareTo(BEHIND) < 0) {
      return Duration.ZERO;
    }
    Duration share = behind.dividedBy(SHARE);
    return share.compareTo(LONGEST) < 0 ? share : LONGEST;
  }
}
