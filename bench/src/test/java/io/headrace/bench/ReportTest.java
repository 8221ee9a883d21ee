package io.headrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

final class ReportTest {

  private static final Figures.Latencies LATENCIES =
      new Figures.Latencies(Duration.ofMillis(44), Duration.ofMillis(70), Duration.ofMillis(90));
  private static final Figures FIGURES =
      new Figures(
          9_000.4,
          new Figures.Drain(11_000, Map.of("pipeline", 0.15, "source", 0.04)),
          LATENCIES,
          1_572_864_000,
          Map.of("pipeline", 1_048_576_000L),
          new Figures.Bare(37_000, new Figures.Drain(19_000, Map.of("pipeline", 0.05))));

  @Test
  void theTableHasBothSideBySide() {
    assertThat(new Report(new Scale(200_000), FIGURES).table())
        .startsWith("200,000 lessons, 10,000 modules, 1,000 streams, 100 courses; ")
        .contains(
            String.format("snapshot, rows/s %24s %14s%n", "9,000", "37,000"),
            String.format("latency, p99 ms %25s %14s%n", "70", ""),
            String.format("CPU s per 1,000 changes %17s %14s%n", "0.190", "0.050"),
            String.format("memory, peak MB %25s %14s%n", "1,500", ""));
  }

  @Test
  void theJsonHasUnitsInItsNames() throws IOException {
    assertThat(new Report(new Scale(200_000), FIGURES).json())
        .contains(
            "\"rows\" : 211100",
            "\"snapshot_rows_per_second\" : 9000.4",
            "\"latency_p99_ms\" : 70.0",
            "\"memory_peak_bytes\" : 1572864000",
            "\"bare_debezium\" : {");
  }

  @Test
  void withoutTheBareEngineItsColumnIsEmpty() throws IOException {
    Report report =
        new Report(
            new Scale(2_000),
            new Figures(1, new Figures.Drain(1, Map.of()), LATENCIES, 0, Map.of(), null));

    assertThat(report.table())
        .contains(String.format("drain, changes/s %24s %14s%n", "1", ""))
        .contains(String.format("memory, peak MB %25s %14s%n", "unknown", ""));
    assertThat(report.json()).doesNotContain("bare_debezium");
  }

  @Test
  void ofSeveralDrainsTheMiddleOneIsTold() {
    assertThat(Figures.Drain.middle(drains(9_000, 11_000, 8_000)).rate()).isEqualTo(9_000);
    assertThat(Figures.Drain.middle(drains(9_000, 11_000)).rate()).isEqualTo(9_000);
    assertThat(Figures.Drain.middle(drains(9_000)).rate()).isEqualTo(9_000);
  }

  private static List<Figures.Drain> drains(double... rates) {
    return DoubleStream.of(rates).mapToObj(rate -> new Figures.Drain(rate, Map.of())).toList();
  }
}
