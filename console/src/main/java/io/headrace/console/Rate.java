package io.headrace.console;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A counter that only grows, and how fast it did over the last seconds. */
final class Rate {
  private static final Duration OVER = Duration.ofSeconds(8);

  private final Deque<Sample> samples = new ArrayDeque<>();

  private record Sample(long nanos, long count) {}

  /** Takes a look at the counter; one that has shrunk was begun anew, and so is the rate. */
  void take(long nanos, long count) {
    Sample newest = samples.peekLast();
    if (newest != null && count < newest.count()) {
      samples.clear();
    }
    samples.addLast(new Sample(nanos, count));
    while (samples.size() > 2 && nanos - samples.getFirst().nanos() > OVER.toNanos()) {
      samples.removeFirst();
    }
  }

  /** Nothing is known any more. */
  void forget() {
    samples.clear();
  }

  /** A second; null while too little is known. */
  @Nullable Double perSecond() {
    Sample oldest = samples.peekFirst();
    Sample newest = samples.peekLast();
    if (oldest == null || newest == null || newest.nanos() - oldest.nanos() < 500_000_000L) {
      return null;
    }
    return (newest.count() - oldest.count()) * 1e9 / (newest.nanos() - oldest.nanos());
  }
}
