package io.headrace.capture;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/**
 * The source's clock, as far off ours as it was when last asked, give or take half the time of a
 * question. For measuring, not for promises.
 */
final class SourceClock extends Clock {
  private static final long AGAIN_NANOS = Duration.ofSeconds(10).toNanos();

  private final Clock ours;
  private volatile Duration ahead = Duration.ZERO;
  private volatile long measuredNanos;

  SourceClock() {
    this(Clock.systemUTC());
  }

  private SourceClock(Clock ours) {
    this.ours = ours;
  }

  /** Whether the last comparison is so old that the clocks may have drifted apart. */
  boolean due() {
    return System.nanoTime() - measuredNanos > AGAIN_NANOS;
  }

  /** Asks the source. */
  void measure(Connection source) throws SQLException {
    Instant asked = ours.instant();
    Instant theirs = SourceServer.clock(source);
    Instant middle = asked.plus(Duration.between(asked, ours.instant()).dividedBy(2));
    ahead = Duration.between(middle, theirs);
    measuredNanos = System.nanoTime();
  }

  @Override
  public Instant instant() {
    return ours.instant().plus(ahead);
  }

  @Override
  public ZoneId getZone() {
    return ours.getZone();
  }

  @Override
  public Clock withZone(ZoneId zone) {
    SourceClock other = new SourceClock(ours.withZone(zone));
    other.ahead = ahead;
    other.measuredNanos = measuredNanos;
    return other;
  }
}
