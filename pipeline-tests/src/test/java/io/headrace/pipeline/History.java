package io.headrace.pipeline;

import io.headrace.wire.Lsn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every state that the source ever had, written down by its only writer right after each commit.
 */
final class History {

  /**
   * A state of the source.
   *
   * @param before where the log ended before the transaction that led to it began
   * @param after where the log ended when it had committed
   */
  private record State(Lsn before, Lsn after) {}

  private final List<State> states = new ArrayList<>();
  private final Map<List<String>, List<Integer>> bySums = new HashMap<>();

  synchronized void add(List<String> sums, Lsn before, Lsn after) {
    bySums.computeIfAbsent(sums, any -> new ArrayList<>()).add(states.size());
    states.add(new State(before, after));
  }

  synchronized int size() {
    return states.size();
  }

  /**
   * Why the source never had what was read, or null when it had. Everything must have been written
   * down by then.
   */
  synchronized @Nullable String objection(Checksums.Reading reading) {
    Lsn position = reading.position();
    if (position == null) {
      return reading.isEmpty() ? null : "rows without a position: " + reading;
    }
    List<Integer> candidates = bySums.get(reading.tables());
    if (candidates == null) {
      return "the source never was in this state: " + reading;
    }
    for (int candidate : candidates) {
      boolean reached = position.compareTo(states.get(candidate).before()) > 0;
      boolean passed =
          candidate + 1 < states.size()
              && position.compareTo(states.get(candidate + 1).after()) > 0;
      if (reached && !passed) {
        return null;
      }
    }
    return "the source was in this state, but not at this position: "
        + reading
        + ", states "
        + candidates
        + " of "
        + states.size();
  }
}
