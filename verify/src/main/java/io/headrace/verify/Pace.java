package io.headrace.verify;

import io.headrace.stage.StageException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Reads no faster than allowed, and no longer than wanted. */
final class Pace {
  private static final Duration NAP = Duration.ofMillis(100);

  private final int rowsPerSecond;
  private final BooleanSupplier stopped;
  private long allowedAt = System.nanoTime();

  /**
   * A pace.
   *
   * @param rowsPerSecond 0 for as fast as it goes
   * @param stopped whether the user wants to end
   */
  Pace(int rowsPerSecond, BooleanSupplier stopped) {
    this.rowsPerSecond = rowsPerSecond;
    this.stopped = stopped;
  }

  /** The largest page: at a low rate pages are small, so that the source's work is even. */
  int page(int most) {
    return rowsPerSecond == 0 ? most : Math.max(1, Math.min(most, rowsPerSecond / 4));
  }

  /**
   * Waits until the source may be read again.
   *
   * @param rows that have just been read
   */
  void read(int rows) {
    if (rowsPerSecond > 0) {
      long cost = rows * Duration.ofSeconds(1).toNanos() / rowsPerSecond;
      allowedAt = Math.max(allowedAt, System.nanoTime() - Duration.ofSeconds(1).toNanos()) + cost;
      while (System.nanoTime() < allowedAt) {
        pause(Duration.ofNanos(Math.min(NAP.toNanos(), allowedAt - System.nanoTime())));
      }
    }
    check();
  }

  /** Waits for a moment. */
  void pause(Duration time) {
    try {
      Thread.sleep(Math.max(1, time.toMillis()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StageException(StageException.Kind.FAILED, "Stopped before the end.", e);
    }
    check();
  }

  private void check() {
    if (stopped.getAsBoolean()) {
      throw new StageException(StageException.Kind.FAILED, "Stopped before the end.");
    }
  }
}
