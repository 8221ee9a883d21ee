package io.headrace.cli;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits, and meanwhile looks after everything that {@code up} runs. */
final class UpWatch {
  private static final Duration BETWEEN = Duration.ofMillis(250);

  private final Stop stop;
  private final StageThreads threads;
  private final Servers servers;
  private final DataFolder data;
  private final Console console;

  UpWatch(Stop stop, StageThreads threads, Servers servers, DataFolder data, Console console) {
    this.stop = stop;
    this.threads = threads;
    this.servers = servers;
    this.data = data;
    this.console = console;
  }

  /**
   * Waits until something is so.
   *
   * @return false when the user wants to stop instead
   * @throws RuntimeException why a stage, a server or the disk cannot go on
   */
  boolean until(BooleanSupplier reached) {
    while (!stop.await(BETWEEN)) {
      try {
        servers.check();
        FullDisk.checkWhileRunning(data.path());
        threads.check();
      } catch (RuntimeException e) {
        console.say("Something has failed; stops the rest in order.");
        throw e;
      }
      if (reached.getAsBoolean()) {
        return true;
      }
    }
    return false;
  }
}
