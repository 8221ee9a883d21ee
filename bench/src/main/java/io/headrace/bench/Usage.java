package io.headrace.bench;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What named processes use.
 *
 * @param trees the processes with their children
 */
record Usage(Map<String, ProcessTree> trees) {

  /** Processor time by process up to now. */
  Map<String, Duration> processorTimes() {
    Map<String, Duration> times = new LinkedHashMap<>();
    trees.forEach((name, tree) -> times.put(name, tree.processorTime()));
    return times;
  }

  /**
   * Processor seconds by process for each 1,000 changes.
   *
   * @param before what {@link #processorTimes} said before the changes
   */
  Map<String, Double> secondsPerThousand(Map<String, Duration> before, int changes) {
    Map<String, Double> seconds = new LinkedHashMap<>();
    processorTimes()
        .forEach(
            (name, after) ->
                seconds.put(
                    name,
                    after.minus(before.getOrDefault(name, Duration.ZERO)).toMillis()
                        / (double) changes));
    return seconds;
  }
}
