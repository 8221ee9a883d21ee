package io.headrace.bench;

import java.time.Duration;
import java.util.Arrays;

/** Durations, sorted. */
final class Percentiles {

  private final long[] sorted;

  /**
   * Takes a copy.
   *
   * @param nanos at least one
   */
  Percentiles(long[] nanos) {
    if (nanos.length == 0) {
      throw new IllegalArgumentException("there must be at least one duration");
    }
    sorted = nanos.clone();
    Arrays.sort(sorted);
  }

  /**
   * The smallest duration that so many percent of all do not exceed.
   *
   * @param percent above 0, at most 100
   */
  Duration at(double percent) {
    int rank = (int) Math.ceil(percent / 100 * sorted.length);
    return Duration.ofNanos(sorted[Math.max(rank, 1) - 1]);
  }

  int count() {
    return sorted.length;
  }
}
