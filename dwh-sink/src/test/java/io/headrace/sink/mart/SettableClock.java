package io.headrace.sink.mart;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Goes on as the system's, from where it was set. */
final class SettableClock extends Clock {
  private volatile Instant set;
  private volatile long nanos = System.nanoTime();

  SettableClock(String instant) {
    set = Instant.parse(instant);
  }

  void set(String instant) {
    nanos = System.nanoTime();
    set = Instant.parse(instant);
  }

  @Override
  public Instant instant() {
    return set.plusNanos(System.nanoTime() - nanos);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException();
  }
}
