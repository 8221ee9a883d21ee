package io.headrace.console;

import java.time.Duration;

/** How many pages are open. While there are none, there is little need to look. */
final class Watchers {
  private static final int MOST = 64;
  private static final Duration WATCHED = Duration.ofSeconds(1);
  private static final Duration ALONE = Duration.ofSeconds(15);

  private int open;
  private boolean closed;

  /** A page is opened; false when there are too many. */
  synchronized boolean opened() {
    if (open >= MOST) {
      return false;
    }
    open++;
    notifyAll();
    return true;
  }

  synchronized void left() {
    open--;
  }

  /** Waits until it is time to look again; false when there will be no more looks. */
  synchronized boolean rest() throws InterruptedException {
    long began = System.nanoTime();
    while (!closed) {
      Duration rest = open > 0 ? WATCHED : ALONE;
      long left = rest.minusNanos(System.nanoTime() - began).toMillis();
      if (left <= 0) {
        return true;
      }
      wait(left);
    }
    return false;
  }

  /** Nobody looks any more. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }
}
