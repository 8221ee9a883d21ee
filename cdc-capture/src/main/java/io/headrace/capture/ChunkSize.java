package io.headrace.capture;

import java.time.Duration;

/**
 * How many rows are read at once: as many as take a fraction of a second, because what changes
 * meanwhile is remembered, and what was read is held in memory.
 */
final class ChunkSize {

  /** Bytes of rows that are held in memory. */
  static final long MOST_BYTES = 32L << 20;

  private static final int FIRST = 500;
  private static final int MOST = 10_000;
  private static final Duration SHORT = Duration.ofMillis(100);
  private static final Duration LONG = Duration.ofMillis(400);

  private int rows = FIRST;

  int rows() {
    return rows;
  }

  /** Learns from a chunk. */
  void took(int taken, Duration time) {
    if (time.compareTo(LONG) > 0) {
      rows = Math.max(1, rows / 2);
    } else if (time.compareTo(SHORT) < 0) {
      rows = Math.min(MOST, rows * 2);
    }
  }

  /** So many rows were all that memory is for. */
  void filledBy(int taken) {
    rows = Math.max(1, taken);
  }
}
