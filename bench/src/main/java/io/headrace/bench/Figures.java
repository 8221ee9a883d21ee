package io.headrace.bench;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was measured.
 *
 * @param snapshotRate rows a second, from the stages' start to equality
 * @param drainRate changes a second, from the stages' start to equality
 * @param latency from commit to visible
 * @param processorSeconds by process for each 1,000 changes of the drain
 * @param peakMemory the largest sum over all processes, in bytes; 0 when unknown
 * @param peaks the largest value of each process, in bytes
 * @param bare the same of the engine alone; null when it was not run
 */
record Figures(
    double snapshotRate,
    double drainRate,
    Latencies latency,
    Map<String, Double> processorSeconds,
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
   * The Debezium engine with its records dropped.
   *
   * @param snapshotRate rows a second
   * @param drainRate changes a second
   * @param processorSeconds by process for each 1,000 changes of the drain
   */
  record Bare(double snapshotRate, double drainRate, Map<String, Double> processorSeconds) {}

  /** The sum over all processes. */
  static double sum(Map<String, Double> processorSeconds) {
    return processorSeconds.values().stream().mapToDouble(Double::doubleValue).sum();
  }
}
