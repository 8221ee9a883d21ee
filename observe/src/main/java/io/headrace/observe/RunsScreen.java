package io.headrace.observe;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.headrace.sink.mart.MartState;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is due next and what was done, as lines for a person or as JSON. */
public final class RunsScreen {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

  private RunsScreen() {}

  /** Draws them; each line ends with a line feed. */
  public static String draw(List<MartState> marts, List<RecordedRun> runs, ZoneId zone) {
    StringBuilder out = new StringBuilder();
    for (MartState mart : marts) {
      if (mart.next() != null) {
        line(
            out,
            "%s  next      refresh     %s (%s %s)",
            time(mart.next(), zone),
            mart.mart(),
            mart.schedule(),
            mart.zone());
      }
    }
    if (out.length() > 0) {
      out.append('\n');
    }
    for (RecordedRun run : runs) {
      line(
          out,
          "%s  %-9s %-11s %s, %s: %s%s%s%s",
          time(run.started(), zone),
          run.outcome(),
          run.kind(),
          run.name(),
          run.trigger(),
          run.state(),
          took(run),
          run.detail() == null ? "" : ", " + run.detail(),
          run.error() == null ? "" : ". " + run.error());
    }
    if (runs.isEmpty()) {
      out.append("Nothing has been done yet.\n");
    }
    return out.toString();
  }

  private static String took(RecordedRun run) {
    Instant finished = run.finished();
    return finished == null || finished.equals(run.started())
        ? ""
        : String.format(
            Locale.ROOT,
            " after %,.1f s",
            Duration.between(run.started(), finished).toMillis() / 1000.0);
  }

  private static String time(@Nullable Instant instant, ZoneId zone) {
    return instant == null ? "" : TIME.format(instant.atZone(zone));
  }

  private static void line(StringBuilder out, String format, @Nullable Object... values) {
    out.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
  }

  /** One document; times are ISO 8601 in UTC, what is unknown is null. */
  public static String json(List<MartState> marts, List<RecordedRun> runs) {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(out).useDefaultPrettyPrinter()) {
      json.writeStartObject();
      json.writeArrayFieldStart("next");
      for (MartState mart : marts) {
        if (mart.next() != null) {
          json.writeStartObject();
          text(json, "kind", "refresh");
          text(json, "name", mart.mart());
          text(json, "at", mart.next());
          text(json, "schedule", mart.schedule());
          text(json, "zone", mart.zone());
          json.writeEndObject();
        }
      }
      json.writeEndArray();
      json.writeArrayFieldStart("runs");
      for (RecordedRun run : runs) {
        write(json, run);
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString();
  }

  private static void write(JsonGenerator json, RecordedRun run) throws IOException {
    json.writeStartObject();
    text(json, "kind", run.kind());
    text(json, "id", run.id());
    text(json, "name", run.name());
    text(json, "trigger", run.trigger());
    text(json, "started", run.started());
    text(json, "finished", run.finished());
    text(json, "state", run.state());
    text(json, "outcome", run.outcome());
    text(json, "detail", run.detail());
    text(json, "error", run.error());
    json.writeEndObject();
  }

  private static void text(JsonGenerator json, String field, @Nullable Object value)
      throws IOException {
    json.writeFieldName(field);
    if (value == null) {
      json.writeNull();
    } else {
      json.writeString(value.toString());
    }
  }
}
