package io.headrace.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.headrace.star.TableName;
import java.io.IOException;
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
 * "lesson"},"loading":true,"pass":"rows","after":"{\\"id\\":12}","rows":12,"until":[4,0,9]}]}.
 */
final class RereadsJson {

  private final List<String> recaptured = new ArrayList<>();
  private final Map<String, String> refused = new HashMap<>();
  private final List<Resync> resyncs = new ArrayList<>();

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
        write(json, resync);
      }
      json.writeEndArray();
    }
  }

  private static void write(JsonGenerator json, Resync resync) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", resync.id());
    TableJson.write(json, resync.table());
    json.writeBooleanField("loading", resync.loading());
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
    json.writeEndObject();
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
          resyncs.add(resync(json));
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static Resync resync(JsonParser json) throws IOException {
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
    String id = fields.get("id");
    if (id == null || table == null) {
      throw new IllegalArgumentException("a resync must have an id and a table");
    }
    return new Resync(
        id,
        table,
        "true".equals(fields.get("loading")),
        Resync.Pass.valueOf(fields.getOrDefault("pass", "rows").toUpperCase(Locale.ROOT)),
        fields.get("after"),
        Long.parseLong(fields.getOrDefault("rows", "0")),
        until);
  }

  Rereads rereads() {
    return new Rereads(recaptured, refused, resyncs);
  }
}
