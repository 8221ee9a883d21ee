package io.headrace.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An {@link Epoch} as the value of a record in the epochs topic: {@code
 * {"epoch":7,"lsn":"0/16B3748","committed":"2026-01-01T09:00:00.123456Z","system":"7423…","database":"school",
 * "ends":{"headrace.public.course":[4,0,9]}}}, {@code "cut":"…","cut_at":6} after a cut, the commit
 * time {@code "first"} and {@code "written"} of {@link Epoch.Times}, and the fields of {@link
 * RereadsJson}. Unknown fields are ignored, so that a later version can add some.
 */
public final class EpochJson {

  private static final JsonFactory JSON = new JsonFactory();

  private EpochJson() {}

  /** The record's value. */
  public static byte[] write(Epoch epoch) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeNumberField("epoch", epoch.number());
      json.writeStringField("lsn", epoch.lsn().toString());
      json.writeStringField("committed", epoch.committed().toString());
      json.writeStringField("system", epoch.source().system());
      json.writeStringField("database", epoch.source().database());
      json.writeObjectFieldStart("ends");
      for (Map.Entry<String, List<Long>> topic : new TreeMap<>(epoch.ends()).entrySet()) {
        json.writeArrayFieldStart(topic.getKey());
        for (long end : topic.getValue()) {
          json.writeNumber(end);
        }
        json.writeEndArray();
      }
      json.writeEndObject();
      Epoch.Cut cut = epoch.cut();
      if (cut != null) {
        json.writeStringField("cut", cut.id());
        json.writeNumberField("cut_at", cut.epoch());
      }
      Epoch.Times times = epoch.times();
      if (times != null) {
        json.writeStringField("first", times.first().toString());
        json.writeStringField("written", times.written().toString());
      }
      RereadsJson.write(json, epoch.rereads());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** Reads a record's value; empty when it is a foreign one, which is no epoch. */
  public static Optional<Epoch> find(byte @Nullable [] value) {
    try {
      return value == null ? Optional.empty() : Optional.of(read(value));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads a record's value.
   *
   * @throws IllegalArgumentException when it is no epoch, saying what is wrong
   */
  public static Epoch read(byte[] value) {
    Map<String, String> fields = new HashMap<>();
    Map<String, List<Long>> ends = new HashMap<>();
    RereadsJson rereads = new RereadsJson();
    try (JsonParser json = JSON.createParser(value)) {
      expect(json.nextToken(), JsonToken.START_OBJECT);
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        json.nextToken();
        if (name.equals("ends")) {
          readEnds(json, ends);
        } else if (!rereads.read(name, json)) {
          if (json.currentToken().isScalarValue()) {
            fields.put(name, json.getText());
          } else {
            json.skipChildren();
          }
        }
      }
      return new Epoch(
          Long.parseLong(required(fields, "epoch")),
          Lsn.parse(required(fields, "lsn")),
          Instant.parse(required(fields, "committed")),
          new Epoch.Source(required(fields, "system"), required(fields, "database")),
          ends,
          cut(fields),
          rereads.rereads(),
          times(fields));
    } catch (IOException | IllegalArgumentException | DateTimeParseException e) {
      throw new IllegalArgumentException("not an epoch: " + e.getMessage(), e);
    }
  }

  private static Epoch.@Nullable Cut cut(Map<String, String> fields) {
    String id = fields.get("cut");
    return id == null ? null : new Epoch.Cut(id, Long.parseLong(required(fields, "cut_at")));
  }

  private static Epoch.@Nullable Times times(Map<String, String> fields) {
    String first = fields.get("first");
    return first == null
        ? null
        : new Epoch.Times(Instant.parse(first), Instant.parse(required(fields, "written")));
  }

  private static void readEnds(JsonParser json, Map<String, List<Long>> ends) throws IOException {
    expect(json.currentToken(), JsonToken.START_OBJECT);
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String topic = json.currentName();
      expect(json.nextToken(), JsonToken.START_ARRAY);
      List<Long> offsets = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        offsets.add(json.getLongValue());
      }
      ends.put(topic, List.copyOf(offsets));
    }
  }

  private static void expect(@Nullable JsonToken actual, JsonToken expected) {
    if (actual != expected) {
      throw new IllegalArgumentException(expected + " must stand where " + actual + " stands");
    }
  }

  private static String required(Map<String, String> fields, String name) {
    String value = fields.get(name);
    if (value == null) {
      throw new IllegalArgumentException("it must have the field " + name);
    }
    return value;
  }
}
