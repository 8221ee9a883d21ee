package io.headrace.sink;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The wish that the sink ends, and the news that it has. For any thread. */
final class Closing {
  private final CountDownLatch wished = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);

  void wish() {
    wished.countDown();
  }

  boolean wished() {
    return wished.getCount() == 0;
  }

  void end() {
    ended.countDown();
  }

  /** Waits for the end. Returns whether it has come. */
  boolean awaitEnd(Duration patience) {
    return await(ended, patience);
  }

  /** Waits, but not when the end is wished for. Returns whether it is. */
  boolean pause(Duration duration) {
    return await(wished, duration);
  }

  private static boolean await(CountDownLatch latch, Duration patience) {
    try {
      return latch.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
