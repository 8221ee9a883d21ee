package io.headrace.verify;

import com.fasterxml.jackson.core.JsonGenerator;
import io.headrace.star.Column;
import io.headrace.star.SourceTable;
import io.headrace.wire.RecaptureMessage;
import java.io.IOException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Rows of the source that are to be captured again: {@code {"id":"…","tables":[{"table":
 * {"schema":"public","name":"lesson"},"keys":[{"id":12}]}]}}, a key as the topics' records have it.
 *
 * @param id by which the epoch tells that it was done
 * @param rows primary keys by table; {@link RecaptureMessage#MOST_KEYS} in all at most
 */
public record RecaptureRequest(UUID id, Map<SourceTable, List<List<String>>> rows) {
  public RecaptureRequest {
    rows = Map.copyOf(rows);
  }

  /** The message. */
  public String json() {
    return Json.text(
        json -> {
          json.writeStartObject();
          json.writeStringField("id", id.toString());
          json.writeArrayFieldStart("tables");
          for (Map.Entry<SourceTable, List<List<String>>> table : rows.entrySet()) {
            table(json, table.getKey(), table.getValue());
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private static void table(JsonGenerator json, SourceTable table, List<List<String>> keys)
      throws IOException {
    json.writeStartObject();
    json.writeObjectFieldStart("table");
    json.writeStringField("schema", table.name().schema());
    json.writeStringField("name", table.name().table());
    json.writeEndObject();
    json.writeArrayFieldStart("keys");
    for (List<String> key : keys) {
      json.writeStartObject();
      for (int i = 0; i < key.size(); i++) {
        value(json, table.columns().get(table.key().get(i)), key.get(i));
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void value(JsonGenerator json, Column column, String text) throws IOException {
    json.writeFieldName(column.name());
    switch (column.type().family()) {
      case BOOLEAN -> json.writeBoolean(text.equals("t"));
      case NUMBER -> json.writeRawValue(text);
      case BYTES ->
          json.writeString(
              Base64.getEncoder().encodeToString(HexFormat.of().parseHex(text.substring(2))));
      case TEXT -> json.writeString(text);
    }
  }
}
