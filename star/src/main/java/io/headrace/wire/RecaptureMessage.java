package io.headrace.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.headrace.star.TableName;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What somebody writes into the source's log, by {@code pg_logical_emit_message}, who wants the
 * capture to send some rows again: {@code {"id":"…","tables":[{"table":{"schema":"public","name":
 * "lesson"},"keys":[{"id":12},…]}]}}. The capture reads them from the source, sends them with the
 * header {@link Epoch#AGAIN}, and answers in the {@link Epoch} that holds them.
 *
 * @param id names the request in the answer
 * @param tables the rows, by table
 */
public record RecaptureMessage(String id, List<Rows> tables) {

  /** The prefix of such messages. */
  public static final String PREFIX = "headrace.recapture";

  /** Keys in one request at most. */
  public static final int MOST_KEYS = 1_000;

  /** Requests that the capture lets wait at most; a further one is refused. */
  public static final int MOST_WAITING = 100;

  private static final JsonFactory JSON = new JsonFactory();

  public RecaptureMessage {
    tables = List.copyOf(tables);
  }

  /**
   * Rows of one table.
   *
   * @param keys each the values of the primary key's columns by name, as they stand in the keys of
   *     the table's topic; a number or a boolean may be given as a string
   */
  public record Rows(TableName table, List<Map<String, String>> keys) {
    public Rows {
      keys = keys.stream().map(LinkedHashMap::new).map(Collections::unmodifiableMap).toList();
    }
  }

  /** The content of the message. */
  public String content() {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("id", id);
      json.writeArrayFieldStart("tables");
      for (Rows rows : tables) {
        json.writeStartObject();
        TableJson.write(json, rows.table());
        json.writeArrayFieldStart("keys");
        for (Map<String, String> key : rows.keys()) {
          json.writeStartObject();
          for (Map.Entry<String, String> column : key.entrySet()) {
            json.writeStringField(column.getKey(), column.getValue());
          }
          json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString();
  }

  /**
   * Reads a content.
   *
   * @throws IllegalArgumentException when it is none, saying what is wrong
   */
  public static RecaptureMessage parse(String content) {
    String id = null;
    List<Rows> tables = new ArrayList<>();
    try (JsonParser json = JSON.createParser(content)) {
      expect(json.nextToken(), JsonToken.START_OBJECT);
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String field = json.currentName();
        JsonToken value = json.nextToken();
        if (field.equals("id")) {
          expect(value, JsonToken.VALUE_STRING);
          id = json.getText();
        } else if (field.equals("tables")) {
          expect(value, JsonToken.START_ARRAY);
          while (json.nextToken() != JsonToken.END_ARRAY) {
            tables.add(rows(json));
          }
        } else {
          json.skipChildren();
        }
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("it is no JSON", e);
    }
    if (id == null) {
      throw new IllegalArgumentException("it must have an id");
    }
    return new RecaptureMessage(id, tables);
  }

  /** The id in a content that need not be right otherwise. */
  public static Optional<String> id(String content) {
    try (JsonParser json = JSON.createParser(content)) {
      if (json.nextToken() == JsonToken.START_OBJECT) {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          boolean id = json.currentName().equals("id");
          if (json.nextToken() == JsonToken.VALUE_STRING && id) {
            return Optional.of(json.getText());
          }
          json.skipChildren();
        }
      }
    } catch (IOException e) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  private static Rows rows(JsonParser json) throws IOException {
    expect(json.currentToken(), JsonToken.START_OBJECT);
    TableName table = null;
    List<Map<String, String>> keys = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String field = json.currentName();
      JsonToken value = json.nextToken();
      if (field.equals("table")) {
        table = TableJson.read(json);
      } else if (field.equals("keys")) {
        expect(value, JsonToken.START_ARRAY);
        while (json.nextToken() != JsonToken.END_ARRAY) {
          keys.add(key(json));
        }
      } else {
        json.skipChildren();
      }
    }
    if (table == null) {
      throw new IllegalArgumentException("rows must have a table");
    }
    return new Rows(table, keys);
  }

  private static Map<String, String> key(JsonParser json) throws IOException {
    expect(json.currentToken(), JsonToken.START_OBJECT);
    Map<String, String> key = new LinkedHashMap<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String column = json.currentName();
      JsonToken value = json.nextToken();
      if (!value.isScalarValue() || value == JsonToken.VALUE_NULL) {
        throw new IllegalArgumentException(
            "a key's column " + column + " must have a value but has " + value);
      }
      key.put(column, json.getText());
    }
    return key;
  }

  private static void expect(@Nullable JsonToken actual, JsonToken expected) {
    if (actual != expected) {
      throw new IllegalArgumentException(expected + " must stand where " + actual + " stands");
    }
  }
}
