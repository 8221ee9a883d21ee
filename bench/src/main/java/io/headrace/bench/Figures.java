package io.headrace.bench;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was measured.
 *
 * @param snapshotRate rows a second, from the stages' start to equality
 * @param drain what was written while the stages were down, from their start to equality
 * @param latency from commit to visible
 * @param peakMemory the largest sum over all processes, in bytes; 0 when unknown
 * @param peaks the largest value of each process, in bytes
 * @param bare the same of the engine alone; null when it was not run
 */
record Figures(
    double snapshotRate,
    Drain drain,
    Latencies latency,
    long peakMemory,
    Map<String, Long> peaks,
    @Nullable Bare bare) {

  /** What half of the changes and all but one in a hundred stay under, and the worst. */
  record Latencies(Duration p50, Duration p99, Duration worst) {
    static Latencies of(Percentiles percentiles) {
      return new Latencies(percentiles.at(50), percentiles.at(99), percentiles.at(100));
    }
  }

  /**
   * Changes that were there when reading them began.
   *
   * @param rate changes a second
   * @param processorSeconds by process for each 1,000 changes
   */
  record Drain(double rate, Map<String, Double> processorSeconds) {

    /** The one that as many others are slower than as are quicker; of two such the slower. */
    static Drain middle(List<Drain> drains) {
      return drains.stream()
          .sorted(Comparator.comparingDouble(Drain::rate))
          .skip((drains.size() - 1) / 2)
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("there must be at least one drain"));
    }

    /** The sum over all processes. */
    double allProcessorSeconds() {
      return processorSeconds.values().stream().mapToDouble(Double::doubleValue).sum();
    }
  }

  /**
   * The Debezium engine with its records dropped.
   *
   * @param snapshotRate rows a second
   * @param drain of all changes at once
   */
  record Bare(double snapshotRate, Drain drain) {}
}
