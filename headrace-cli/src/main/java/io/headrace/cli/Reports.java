package io.headrace.cli;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Under a workload, says every ten seconds how fresh the warehouse is. */
final class Reports {
  private static final Duration EVERY = Duration.ofSeconds(10);
  private static final double MILLIS = 1000.0;

  private final boolean wanted;
  private final Progress progress;
  private final Console console;
  private final Clock clock = Clock.systemUTC();
  private Instant next = clock.instant().plus(EVERY);

  Reports(boolean wanted, Progress progress, Console console) {
    this.wanted = wanted;
    this.progress = progress;
    this.console = console;
  }

  /** Says it when it is time; never has enough. */
  boolean report() {
    Instant now = clock.instant();
    if (!wanted || now.isBefore(next)) {
      return false;
    }
    next = now.plus(EVERY);
    Duration age = progress.age(now);
    if (age != null) {
      console.say(
          String.format(
              Locale.ROOT,
              "The warehouse shows the source as it was %.1f s ago.",
              age.toMillis() / MILLIS));
    }
    return false;
  }
}
