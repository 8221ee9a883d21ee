package io.headrace.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The user's wish to end: Ctrl-C or SIGTERM. The process then ends when the command has, not
 * before.
 */
final class Stop {
  /** Twice what the slowest stage may take. */
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile int code;

  /** Listens to signals from now on. */
  static Stop onSignal() {
    Stop stop = new Stop();
    Runtime.getRuntime().addShutdownHook(new Thread(stop::signalled, "stop"));
    return stop;
  }

  boolean asked() {
    return asked.getCount() == 0;
  }

  /** Waits; whether the wish has come. */
  boolean await(Duration atMost) {
    try {
      return asked.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** As a signal does. */
  void ask() {
    asked.countDown();
  }

  /** The command has ended. */
  void finished(int exitCode) {
    code = exitCode;
    finished.countDown();
  }

  /** Runs in a shutdown hook, also of an end without a signal. */
  private void signalled() {
    if (finished.getCount() == 0) {
      return;
    }
    ask();
    try {
      if (finished.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        Runtime.getRuntime().halt(code); // else the exit code would be the signal's
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    System.err.println("Not everything has stopped in time; the next start puts it in order.");
  }
}
