package io.headrace.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.headrace.star.TableName;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@link Rereads} as fields of an epoch's JSON, each left out where it is empty: {@code
 * "recaptured":["…"],"refused":{"…":"why"},"resyncs":[{"id":"…","table":{"schema":"public","name":
 * "lesson"},"loading":true,"trigger":"new_table","started":"2026-01-01T09:00:00Z","pass":"rows","after":
 * "{\\"id\\":12}","rows":12,"until":[4,0,9]}]}, and the same under {@code "ended"} with {@code
 * "at"} and {@code "error"}. {@code "loading"} is what versions read that know no trigger, and
 * wrote.
 */
final class RereadsJson {

  private final List<String> recaptured = new ArrayList<>();
  private final Map<String, String> refused = new HashMap<>();
  private final List<Resync> resyncs = new ArrayList<>();
  private final List<Resync.Ended> ended = new ArrayList<>();

  static void write(JsonGenerator json, Rereads rereads) throws IOException {
    if (!rereads.recaptured().isEmpty()) {
      json.writeArrayFieldStart("recaptured");
      for (String id : rereads.recaptured()) {
        json.writeString(id);
      }
      json.writeEndArray();
    }
    if (!rereads.refused().isEmpty()) {
      json.writeObjectFieldStart("refused");
      for (Map.Entry<String, String> request : new TreeMap<>(rereads.refused()).entrySet()) {
        json.writeStringField(request.getKey(), request.getValue());
      }
      json.writeEndObject();
    }
    if (!rereads.resyncs().isEmpty()) {
      json.writeArrayFieldStart("resyncs");
      for (Resync resync : rereads.resyncs()) {
        json.writeStartObject();
        write(json, resync);
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    if (!rereads.ended().isEmpty()) {
      json.writeArrayFieldStart("ended");
      for (Resync.Ended ended : rereads.ended()) {
        json.writeStartObject();
        write(json, ended.resync());
        json.writeStringField("at", ended.at().toString());
        if (ended.error() != null) {
          json.writeStringField("error", ended.error());
        }
        json.writeEndObject();
      }
      json.writeEndArray();
    }
  }

  private static void write(JsonGenerator json, Resync resync) throws IOException {
    json.writeStringField("id", resync.id());
    TableJson.write(json, resync.table());
    json.writeBooleanField("loading", resync.loading());
    json.writeStringField("trigger", resync.trigger().name().toLowerCase(Locale.ROOT));
    if (resync.started() != null) {
      json.writeStringField("started", resync.started().toString());
    }
    json.writeStringField("pass", resync.pass().name().toLowerCase(Locale.ROOT));
    if (resync.after() != null) {
      json.writeStringField("after", resync.after());
    }
    json.writeNumberField("rows", resync.rows());
    json.writeArrayFieldStart("until");
    for (long end : resync.until()) {
      json.writeNumber(end);
    }
    json.writeEndArray();
  }

  /** Takes a field of the epoch, whose value the parser stands at, if it is one of these. */
  boolean read(String field, JsonParser json) throws IOException {
    switch (field) {
      case "recaptured" -> {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          recaptured.add(json.getText());
        }
      }
      case "refused" -> {
        while (json.nextToken() != JsonToken.END_OBJECT) {
          String id = json.currentName();
          json.nextToken();
          refused.put(id, json.getText());
        }
      }
      case "resyncs" -> {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          resyncs.add(Told.read(json).resync());
        }
      }
      case "ended" -> {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          ended.add(Told.read(json).ended());
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** A resync's fields. */
  private record Told(TableName table, Map<String, String> fields, List<Long> until) {

    static Told read(JsonParser json) throws IOException {
      @Nullable TableName table = null;
      Map<String, String> fields = new HashMap<>();
      List<Long> until = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String field = json.currentName();
        JsonToken value = json.nextToken();
        if (field.equals("table")) {
          table = TableJson.read(json);
        } else if (field.equals("until")) {
          while (json.nextToken() != JsonToken.END_ARRAY) {
            until.add(json.getLongValue());
          }
        } else if (value.isScalarValue()) {
          fields.put(field, json.getText());
        } else {
          json.skipChildren();
        }
      }
      if (table == null) {
        throw new IllegalArgumentException("a resync must have a table");
      }
      return new Told(table, fields, until);
    }

    Resync resync() {
      String started = fields.get("started");
      return new Resync(
          required("id"),
          table,
          trigger(),
          started == null ? null : Instant.parse(started),
          Resync.Pass.valueOf(fields.getOrDefault("pass", "rows").toUpperCase(Locale.ROOT)),
          fields.get("after"),
          Long.parseLong(fields.getOrDefault("rows", "0")),
          until);
    }

    private Resync.Trigger trigger() {
      String trigger = fields.get("trigger");
      if (trigger != null) {
        return Resync.Trigger.valueOf(trigger.toUpperCase(Locale.ROOT));
      }
      return "true".equals(fields.get("loading"))
          ? Resync.Trigger.NEW_TABLE
          : Resync.Trigger.MANUAL;
    }

    Resync.Ended ended() {
      return new Resync.Ended(resync(), Instant.parse(required("at")), fields.get("error"));
    }

    private String required(String field) {
      String value = fields.get(field);
      if (value == null) {
        throw new IllegalArgumentException("a resync must have the field " + field);
      }
      return value;
    }
  }

  Rereads rereads() {
    return new Rereads(recaptured, refused, resyncs, ended);
  }
}
