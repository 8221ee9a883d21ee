package io.headrace.capture;

import java.util.Arrays;

/**
 * The last transactions in the source's log. PostgreSQL shows a commit to others a moment after it
 * is in the log, so a snapshot that is taken later need not see it.
 */
final class RecentTransactions {

  /**
   * One that others cannot see although so many have committed after it waits for a synchronous
   * standby.
   */
  private static final int REMEMBERED = 1 << 16;

  private final long[] numbers;
  private long passed;

  RecentTransactions() {
    this(new long[REMEMBERED], 0);
  }

  private RecentTransactions(long[] numbers, long passed) {
    this.numbers = numbers;
    this.passed = passed;
  }

  /** A transaction has ended. */
  void passed(long transaction) {
    numbers[(int) (passed++ % REMEMBERED)] = transaction;
  }

  boolean allSeenBy(VisibleTransactions visible) {
    for (int i = 0; i < Math.min(passed, REMEMBERED); i++) {
      if (!visible.sees(numbers[i])) {
        return false;
      }
    }
    return true;
  }

  /** Those up to now. */
  RecentTransactions copy() {
    return new RecentTransactions(Arrays.copyOf(numbers, REMEMBERED), passed);
  }
}
