package io.headrace.bench;

import io.headrace.stage.Daemons;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Looks at the processes' memory twice a second and keeps the largest values. */
final class MemoryWatch implements AutoCloseable {

  private static final long PERIOD_MILLIS = 500;

  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(Daemons.named("memory"));
  private final Map<String, Long> peaks = new LinkedHashMap<>();
  private long peak;

  MemoryWatch(Usage usage) {
    var unused =
        clock.scheduleAtFixedRate(() -> look(usage), 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  private synchronized void look(Usage usage) {
    long sum = 0;
    for (Map.Entry<String, ProcessTree> process : usage.trees().entrySet()) {
      OptionalLong memory = process.getValue().memory();
      if (memory.isEmpty()) {
        return;
      }
      peaks.merge(process.getKey(), memory.getAsLong(), Math::max);
      sum += memory.getAsLong();
    }
    peak = Math.max(peak, sum);
  }

  /** The largest sum seen, in bytes; 0 where the system does not tell. */
  synchronized long peak() {
    return peak;
  }

  /** The largest value seen of each process, in bytes. */
  synchronized Map<String, Long> peaks() {
    return Map.copyOf(peaks);
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
