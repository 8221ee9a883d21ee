package io.headrace.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** The figures for people and for programs. */
final class Report {

  private static final double MEGABYTE = 1024 * 1024;

  private final Scale scale;
  private final Figures figures;

  Report(Scale scale, Figures figures) {
    this.scale = scale;
    this.figures = figures;
  }

  /** A table. */
  String table() {
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            Locale.ROOT,
            "%,d lessons, %,d modules, %,d streams, %,d courses; %d processors, Java %s%n%n",
            scale.lessons(),
            scale.modules(),
            scale.streams(),
            scale.courses(),
            Runtime.getRuntime().availableProcessors(),
            Runtime.version()));
    line(table, "", "headrace", "bare Debezium");
    line(
        table,
        "snapshot, rows/s",
        number(figures.snapshotRate()),
        bare(it -> number(it.snapshotRate())));
    line(
        table,
        "drain, changes/s",
        number(figures.drain().rate()),
        bare(it -> number(it.drain().rate())));
    line(table, "latency, p50 ms", millis(figures.latency().p50()), "");
    line(table, "latency, p99 ms", millis(figures.latency().p99()), "");
    line(table, "latency, worst ms", millis(figures.latency().worst()), "");
    line(
        table,
        "CPU s per 1,000 changes",
        seconds(figures.drain().allProcessorSeconds()),
        bare(it -> seconds(it.drain().allProcessorSeconds())));
    figures
        .drain()
        .processorSeconds()
        .forEach(
            (process, seconds) ->
                line(
                    table,
                    "  " + process,
                    seconds(seconds),
                    bare(it -> seconds(it.drain().processorSeconds().getOrDefault(process, 0.0)))));
    line(table, "memory, peak MB", megabytes(figures.peakMemory()), "");
    figures.peaks().forEach((process, peak) -> line(table, "  " + process, megabytes(peak), ""));
    return table.toString();
  }

  /** One JSON object, units in the names. */
  String json() throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      json.writeNumberField("lessons", scale.lessons());
      json.writeNumberField("rows", scale.rows());
      json.writeNumberField("processors", Runtime.getRuntime().availableProcessors());
      json.writeStringField("java", Runtime.version().toString());
      json.writeNumberField("snapshot_rows_per_second", figures.snapshotRate());
      json.writeNumberField("drain_changes_per_second", figures.drain().rate());
      json.writeNumberField("latency_p50_ms", figures.latency().p50().toNanos() / 1e6);
      json.writeNumberField("latency_p99_ms", figures.latency().p99().toNanos() / 1e6);
      json.writeNumberField("latency_worst_ms", figures.latency().worst().toNanos() / 1e6);
      write(json, "cpu_seconds_per_1000_changes", figures.drain());
      json.writeNumberField("memory_peak_bytes", figures.peakMemory());
      json.writeObjectFieldStart("memory_peak_bytes_by_process");
      for (Map.Entry<String, Long> peak : figures.peaks().entrySet()) {
        json.writeNumberField(peak.getKey(), peak.getValue());
      }
      json.writeEndObject();
      Figures.Bare bare = figures.bare();
      if (bare != null) {
        json.writeObjectFieldStart("bare_debezium");
        json.writeNumberField("snapshot_rows_per_second", bare.snapshotRate());
        json.writeNumberField("drain_changes_per_second", bare.drain().rate());
        write(json, "cpu_seconds_per_1000_changes", bare.drain());
        json.writeEndObject();
      }
      json.writeEndObject();
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, String name, Figures.Drain drain)
      throws IOException {
    json.writeObjectFieldStart(name);
    json.writeNumberField("all", drain.allProcessorSeconds());
    for (Map.Entry<String, Double> process : drain.processorSeconds().entrySet()) {
      json.writeNumberField(process.getKey(), process.getValue());
    }
    json.writeEndObject();
  }

  private String bare(Function<Figures.Bare, String> figure) {
    Figures.Bare bare = figures.bare();
    return bare == null ? "" : figure.apply(bare);
  }

  private static void line(StringBuilder table, String what, String ours, String bare) {
    table.append(String.format(Locale.ROOT, "%-26s %14s %14s%n", what, ours, bare));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  private static String seconds(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  private static String millis(Duration duration) {
    return String.format(Locale.ROOT, "%.0f", duration.toNanos() / 1e6);
  }

  private static String megabytes(long bytes) {
    return bytes == 0 ? "unknown" : number(bytes / MEGABYTE);
  }
}
