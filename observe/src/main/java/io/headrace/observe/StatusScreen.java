package io.headrace.observe;

import io.headrace.capture.CaptureState;
import io.headrace.capture.CaptureState.SlotState;
import io.headrace.sink.SinkState;
import io.headrace.transform.TransformState;
import io.headrace.wire.EpochMark;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The state as lines for a person. */
public final class StatusScreen {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

  private final PipelineState state;
  private final ZoneId zone;
  private final StringBuilder out = new StringBuilder();

  private StatusScreen(PipelineState state, ZoneId zone) {
    this.state = state;
    this.zone = zone;
  }

  /** Draws it; each line ends with a line feed. */
  public static String draw(PipelineState state, List<Trouble> troubles, ZoneId zone) {
    StatusScreen screen = new StatusScreen(state, zone);
    screen.servers();
    screen.stages();
    screen.troubles(troubles);
    screen.deadLetters();
    screen.tables();
    screen.runs();
    return screen.out.toString();
  }

  private void servers() {
    line("source     %s%s", state.source(), trouble(state.capture()));
    SlotState slot = state.capture().map(CaptureState::slot);
    if (slot != null) {
      line(
          "           slot %s: %s, %s, keeps %s of log%s",
          slot.name(),
          slot.read() ? "read" : "NOT READ by anybody",
          slot.status() == null ? "keeps nothing" : slot.status(),
          bytes(slot.retained()),
          slot.safe() == null ? "" : ", " + bytes(slot.safe()) + " until it is in danger");
    } else if (state.capture().value() != null) {
      line("           no replication slot");
    }
    line(
        "kafka      %s, topics %s.*%s",
        state.kafka(), state.topics().prefix(), trouble(state.epoch()));
    line(
        "warehouse  %s%s",
        state.warehouseServer() == null ? "not known" : state.warehouseServer(),
        trouble(state.warehouse()));
    line("");
  }

  private void stages() {
    stage(
        "capture",
        state.capture().map(CaptureState::since),
        state.epoch().map(epoch -> "epoch " + number(epoch.number())),
        state.captureBehind());
    TransformState transform = state.transform().value();
    stage(
        "transform",
        transform == null ? null : transform.since(),
        transform == null
            ? null
            : (transform.done() == null ? "no epoch yet" : "epoch " + number(transform.done()))
                + ", "
                + plural(transform.instances(), "process", "processes")
                + ", "
                + plural(transform.threads(), "thread", "threads")
                + (transform.balanced() ? "" : ", partitions are being shared out"),
        null);
    SinkState sink = state.warehouse().map(PipelineState.WarehouseState::sink);
    EpochMark shown = sink == null ? null : sink.shown();
    stage(
        "sink",
        sink == null ? null : sink.since(),
        shown == null ? null : "epoch " + number(shown.number()),
        state.warehouseBehind());
    line("");
    if (shown != null) {
      line(
          "The warehouse shows the source's commit of %s, at %s in its log.",
          time(shown.committed()), shown.lsn());
      line("");
    }
  }

  private void deadLetters() {
    long waiting =
        state.warehouse().value() == null ? 0 : state.warehouse().value().deadLettersWaiting();
    if (waiting > 0) {
      line(
          "SET ASIDE  %s %s: but for %s the warehouse equals the source; see headrace dead-letters list.",
          number(waiting),
          waiting == 1 ? "dead letter waits" : "dead letters wait",
          waiting == 1 ? "its row" : "their rows");
      line("");
    }
  }

  private void stage(
      String name, @Nullable Instant since, @Nullable String where, @Nullable Duration behind) {
    line(
        "%-10s %s%s%s",
        name,
        since == null ? "NOT AT WORK" : "at work since " + time(since),
        where == null ? "" : "   " + where,
        behind == null ? "" : "   " + seconds(behind) + " behind the source");
  }

  private void troubles(List<Trouble> troubles) {
    for (Trouble trouble : troubles) {
      line("TROUBLE  %s", trouble);
    }
    if (!troubles.isEmpty()) {
      line("");
    }
  }

  private void tables() {
    List<SinkState.Table> tables =
        state.warehouse().value() == null ? List.of() : state.warehouse().value().tables();
    if (tables.isEmpty()) {
      return;
    }
    int width = tables.stream().mapToInt(table -> table.name().toString().length()).max().orElse(0);
    Duration behind = state.warehouseBehind();
    for (SinkState.Table table : tables) {
      line(
          "%-" + width + "s  %s%s",
          table.name(),
          table.rows() == null
              ? String.format(Locale.ROOT, "%27s", "rows not known")
              : String.format(Locale.ROOT, "%,15d rows, about", table.rows()),
          behind == null ? "" : "   " + seconds(behind) + " behind");
    }
    line("");
  }

  private void runs() {
    List<Run> runs =
        state.warehouse().value() == null ? List.of() : state.warehouse().value().runs();
    for (Run run : runs) {
      line(
          "%s  %-10s  %s: %s%s%s%s",
          time(run.started()),
          run.kind(),
          run.name(),
          run.state(),
          run.finished() == null || run.finished().equals(run.started())
              ? ""
              : " after " + seconds(Duration.between(run.started(), run.finished())),
          run.detail().isEmpty() ? "" : ", " + run.detail(),
          run.error() == null ? "" : ": " + run.error());
    }
  }

  private static String trouble(Answer<?> answer) {
    return answer.trouble() == null ? "" : ": " + answer.trouble();
  }

  private String time(Instant instant) {
    return TIME.format(instant.atZone(zone));
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String plural(int count, String one, String many) {
    return count + " " + (count == 1 ? one : many);
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%,.1f s", duration.toMillis() / 1000.0);
  }

  private static String bytes(long bytes) {
    if (bytes < 1 << 20) {
      return String.format(Locale.ROOT, "%,d kB", bytes >> 10);
    }
    return String.format(Locale.ROOT, "%,.1f MB", bytes / 1048576.0);
  }

  private void line(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
  }
}
