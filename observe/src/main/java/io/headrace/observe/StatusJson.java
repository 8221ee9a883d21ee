package io.headrace.observe;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.headrace.capture.CaptureState;
import io.headrace.capture.CaptureState.SlotState;
import io.headrace.sink.Pause;
import io.headrace.sink.SinkState;
import io.headrace.sink.Stand;
import io.headrace.transform.TransformState;
import io.headrace.wire.Epoch;
import io.headrace.wire.EpochMark;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The state as one JSON document. Times are ISO 8601 in UTC, durations seconds, sizes bytes; what
 * is unknown is null.
 */
public final class StatusJson {
  private final JsonGenerator json;

  private StatusJson(JsonGenerator json) {
    this.json = json;
  }

  /** Writes it. */
  public static String write(PipelineState state, List<Trouble> troubles) {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(out).useDefaultPrettyPrinter()) {
      new StatusJson(json).document(state, troubles);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString();
  }

  private void document(PipelineState state, List<Trouble> troubles) throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("troubles");
    for (Trouble trouble : troubles) {
      json.writeStartObject();
      text("hop", trouble.hop());
      text("kind", trouble.kind().name().toLowerCase(Locale.ROOT));
      text("words", trouble.words());
      json.writeEndObject();
    }
    json.writeEndArray();
    source(state);
    kafka(state);
    warehouse(state);
    json.writeEndObject();
  }

  private void source(PipelineState state) throws IOException {
    CaptureState capture = state.capture().value();
    json.writeObjectFieldStart("source");
    text("url", state.source());
    text("trouble", state.capture().trouble());
    text("log_end", capture == null ? null : capture.end());
    text("now", capture == null ? null : capture.now());
    SlotState slot = capture == null ? null : capture.slot();
    if (slot != null) {
      json.writeObjectFieldStart("slot");
      text("name", slot.name());
      json.writeBooleanField("read", slot.read());
      text("wal_status", slot.status());
      json.writeNumberField("retained_bytes", slot.retained());
      number("safe_bytes", slot.safe());
      json.writeEndObject();
    }
    json.writeEndObject();
    json.writeObjectFieldStart("capture");
    text("since", capture == null ? null : capture.since());
    Epoch epoch = state.epoch().value();
    number("epoch", epoch == null ? null : epoch.number());
    text("committed", epoch == null ? null : epoch.committed());
    seconds("behind_seconds", state.captureBehind());
    json.writeEndObject();
  }

  private void kafka(PipelineState state) throws IOException {
    json.writeObjectFieldStart("kafka");
    text("servers", state.kafka());
    text("prefix", state.topics().prefix());
    text("trouble", state.epoch().trouble());
    json.writeEndObject();
    TransformState transform = state.transform().value();
    json.writeObjectFieldStart("transform");
    text("trouble", state.transform().trouble());
    text("since", transform == null ? null : transform.since());
    if (transform != null) {
      json.writeNumberField("processes", transform.instances());
      json.writeNumberField("threads", transform.threads());
      json.writeBooleanField("balanced", transform.balanced());
      number("epoch", transform.done());
    }
    json.writeEndObject();
  }

  private void warehouse(PipelineState state) throws IOException {
    PipelineState.WarehouseState warehouse = state.warehouse().value();
    SinkState sink = warehouse == null ? null : warehouse.sink();
    EpochMark shown = sink == null ? null : sink.shown();
    json.writeObjectFieldStart("sink");
    text("since", sink == null ? null : sink.since());
    text("by", sink == null ? null : sink.by());
    Pause pause = sink == null ? null : sink.pause();
    if (pause != null) {
      json.writeObjectFieldStart("pause");
      text("since", pause.since());
      text("by", pause.by());
      text("reason", pause.reason());
      json.writeEndObject();
    }
    Stand stand = sink == null ? null : sink.stand();
    if (stand != null) {
      json.writeObjectFieldStart("stand");
      text("marts", stand.marts());
      text("before", stand.before());
      text("at_latest", stand.atLatest());
      json.writeEndObject();
    }
    json.writeEndObject();
    json.writeObjectFieldStart("warehouse");
    text("url", state.warehouseServer());
    text("trouble", state.warehouse().trouble());
    text("generation", sink == null ? null : sink.generation());
    number("epoch", shown == null ? null : shown.number());
    text("lsn", shown == null ? null : shown.lsn());
    text("committed", shown == null ? null : shown.committed());
    text("merged_at", sink == null ? null : sink.mergedAt());
    seconds("behind_seconds", state.warehouseBehind());
    number("dead_letters_waiting", warehouse == null ? null : warehouse.deadLettersWaiting());
    if (warehouse != null) {
      json.writeArrayFieldStart("tables");
      for (SinkState.Table table : warehouse.tables()) {
        json.writeStartObject();
        text("table", table.name());
        number("rows_estimated", table.rows());
        seconds("behind_seconds", state.warehouseBehind());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeArrayFieldStart("runs");
      for (Run run : warehouse.runs()) {
        json.writeStartObject();
        text("kind", run.kind());
        text("name", run.name());
        text("trigger", run.trigger());
        text("started", run.started());
        text("finished", run.finished());
        text("state", run.state());
        text("outcome", run.outcome());
        text("detail", run.detail());
        text("error", run.error());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private void text(String name, @Nullable Object value) throws IOException {
    json.writeStringField(name, value == null ? null : value.toString());
  }

  private void number(String name, @Nullable Long value) throws IOException {
    if (value == null) {
      json.writeNullField(name);
    } else {
      json.writeNumberField(name, value);
    }
  }

  private void seconds(String name, @Nullable Duration value) throws IOException {
    if (value == null) {
      json.writeNullField(name);
    } else {
      json.writeNumberField(name, value.toMillis() / 1000.0);
    }
  }
}
