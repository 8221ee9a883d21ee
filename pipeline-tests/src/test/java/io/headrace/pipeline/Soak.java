package io.headrace.pipeline;

import java.time.Duration;

/** How long the tests last: the system property {@code headrace.test.soak} multiplies it. */
final class Soak {

  private static final int FACTOR = Integer.getInteger("headrace.test.soak", 1);

  /** Whether this is the long version of the tests. */
  static final boolean LONG = FACTOR > 1;

  private Soak() {}

  static int times(int usual) {
    return usual * FACTOR;
  }

  static Duration seconds(int usual) {
    return Duration.ofSeconds((long) usual * FACTOR);
  }
}
