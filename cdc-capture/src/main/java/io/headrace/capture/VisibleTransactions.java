package io.headrace.capture;

import java.util.HashSet;
import java.util.Set;

/**
 * The transactions that a snapshot of PostgreSQL sees, of those that have committed.
 *
 * @param next the first transaction that had not begun yet, 64 bits
 * @param running those that were running, 32 bits
 */
record VisibleTransactions(long next, Set<Long> running) {
  private static final long MASK = 0xFFFF_FFFFL;

  /**
   * Reads the text of {@code pg_current_snapshot()}: {@code xmin:xmax:running,running}.
   *
   * @throws IllegalArgumentException when it is none
   */
  static VisibleTransactions parse(String snapshot) {
    String[] parts = snapshot.split(":", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException(
          "a snapshot must be written xmin:xmax:running but is " + snapshot);
    }
    Set<Long> running = new HashSet<>();
    if (!parts[2].isEmpty()) {
      for (String transaction : parts[2].split(",", -1)) {
        running.add(Long.parseLong(transaction) & MASK);
      }
    }
    return new VisibleTransactions(Long.parseLong(parts[1]), Set.copyOf(running));
  }

  /**
   * Whether it sees a committed transaction.
   *
   * @param transaction its number, 32 bits
   */
  boolean sees(long transaction) {
    // 32 bits wrap around: within half of them, what is ahead of next is younger.
    boolean begun = (int) (transaction - next) < 0;
    return begun && !running.contains(transaction);
  }
}
