package io.headrace.transform;

import io.headrace.stage.StageListener;
import io.headrace.wire.EpochMark;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Sums up for the listener what the tasks of this process have done. For several threads. */
final class LocalTasks {

  /** Records between two words about progress. */
  private static final long TOLD_EVERY = 20_000;

  private final StageListener listener;
  private final Map<Integer, Long> ends;
  private final Map<Integer, Optional<EpochMark>> completed = new TreeMap<>();
  private final Map<Integer, Long> read = new ConcurrentHashMap<>();
  private long told;
  private long toldRead;

  /**
   * Of tasks that have yet to be opened.
   *
   * @param ends the records that each partition had in all tables' topics at the start, by offsets
   */
  LocalTasks(StageListener listener, Map<Integer, Long> ends) {
    this.listener = listener;
    this.ends = Map.copyOf(ends);
  }

  synchronized void opened(int partition, @Nullable EpochMark mark) {
    completed.put(partition, Optional.ofNullable(mark));
  }

  synchronized void closed(int partition) {
    completed.remove(partition);
    read.remove(partition);
  }

  synchronized void completed(int partition, EpochMark mark) {
    completed.put(partition, Optional.of(mark));
    if (completed.values().stream().allMatch(Optional::isPresent)) {
      EpochMark all =
          completed.values().stream()
              .flatMap(Optional::stream)
              .min(Comparator.comparingLong(EpochMark::number))
              .orElseThrow();
      if (all.number() > told) {
        told = all.number();
        listener.completed(all);
      }
    }
  }

  void read(int partition, long records) {
    Long before = read.put(partition, records);
    if (before == null || before / TOLD_EVERY != records / TOLD_EVERY) {
      tell();
    }
  }

  private synchronized void tell() {
    long sum = read.values().stream().mapToLong(Long::longValue).sum();
    if (sum - toldRead >= TOLD_EVERY) {
      toldRead = sum;
      long total = completed.keySet().stream().mapToLong(p -> ends.getOrDefault(p, 0L)).sum();
      listener.progress("joining", sum, total < sum ? -1 : total);
    }
  }
}
