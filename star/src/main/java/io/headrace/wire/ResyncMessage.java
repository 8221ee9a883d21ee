package io.headrace.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.headrace.star.TableName;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/**
 * What somebody writes into the source's log, by {@code pg_logical_emit_message}, who wants the
 * capture to capture a whole table again: {@code {"id":"…","table":{"schema":"public","name":
 * "lesson"}}}. The epochs then tell how far it is ({@link Resync}).
 *
 * @param id names the request in the answers
 * @param table the table
 */
public record ResyncMessage(String id, TableName table) {

  /** The prefix of such messages. */
  public static final String PREFIX = "headrace.resync";

  private static final JsonFactory JSON = new JsonFactory();

  /** The content of the message. */
  public String content() {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("id", id);
      TableJson.write(json, table);
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
  public static ResyncMessage parse(String content) {
    String id = null;
    TableName table = null;
    try (JsonParser json = JSON.createParser(content)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("it is no JSON object");
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String field = json.currentName();
        JsonToken value = json.nextToken();
        if (field.equals("id") && value == JsonToken.VALUE_STRING) {
          id = json.getText();
        } else if (field.equals("table")) {
          table = TableJson.read(json);
        } else {
          json.skipChildren();
        }
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("it is no JSON", e);
    }
    if (id == null || table == null) {
      throw new IllegalArgumentException("it must have an id and a table");
    }
    return new ResyncMessage(id, table);
  }
}
