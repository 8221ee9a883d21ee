package io.headrace.sink.freshness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Durations, counted in buckets whose borders never change, so that histograms can be added up:
 * bucket b holds what is longer than 0.001 · 2^((b−1)/8) seconds and at most 0.001 · 2^(b/8). Not
 * for several threads.
 */
final class Histogram {
  /** The last one begins at about 41 days. */
  private static final int BUCKETS = 256;

  private static final double FIRST_SECONDS = 0.001;
  private static final int PER_DOUBLING = 8;
  private static final double LN2 = Math.log(2);

  private final long[] counts = new long[BUCKETS];
  private long count;
  private double max;

  /** Counts one; what the clocks' difference makes negative is zero. */
  void add(Duration duration) {
    double seconds = Math.max(0, duration.toNanos() / 1e9);
    counts[bucket(seconds)]++;
    count++;
    max = Math.max(max, seconds);
  }

  static int bucket(double seconds) {
    if (seconds <= FIRST_SECONDS) {
      return 0;
    }
    // A border belongs to the bucket below it, however the logarithm is rounded.
    double place = PER_DOUBLING * Math.log(seconds / FIRST_SECONDS) / LN2;
    return (int) Math.min(BUCKETS - 1, Math.ceil(place - 1e-9));
  }

  long count() {
    return count;
  }

  /** In seconds. */
  double max() {
    return max;
  }

  /** The buckets that hold something. */
  Short[] buckets() {
    List<Short> filled = new ArrayList<>();
    for (int i = 0; i < BUCKETS; i++) {
      if (counts[i] > 0) {
        filled.add((short) i);
      }
    }
    return filled.toArray(Short[]::new);
  }

  /** How much those hold, in the same order. */
  Long[] counts() {
    List<Long> filled = new ArrayList<>();
    for (long each : counts) {
      if (each > 0) {
        filled.add(each);
      }
    }
    return filled.toArray(Long[]::new);
  }
}
