package io.headrace.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.headrace.star.TableName;
import java.io.IOException;

/** A table's name as {@code "table":{"schema":"public","name":"lesson"}}. */
final class TableJson {

  private TableJson() {}

  static void write(JsonGenerator json, TableName table) throws IOException {
    json.writeObjectFieldStart("table");
    json.writeStringField("schema", table.schema());
    json.writeStringField("name", table.table());
    json.writeEndObject();
  }

  /** Reads the object that the parser stands at. */
  static TableName read(JsonParser json) throws IOException {
    String schema = "";
    String name = "";
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw new IllegalArgumentException("a table must be an object of schema and name");
    }
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String field = json.currentName();
      JsonToken value = json.nextToken();
      if (field.equals("schema") && value == JsonToken.VALUE_STRING) {
        schema = json.getText();
      } else if (field.equals("name") && value == JsonToken.VALUE_STRING) {
        name = json.getText();
      } else {
        json.skipChildren();
      }
    }
    if (schema.isEmpty() || name.isEmpty()) {
      throw new IllegalArgumentException("a table must have a schema and a name");
    }
    return new TableName(schema, name);
  }
}
