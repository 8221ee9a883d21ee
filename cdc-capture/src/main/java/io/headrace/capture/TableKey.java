package io.headrace.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.headrace.star.DataType.Family;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Primary keys, as PostgreSQL's texts and as the keys of the table's topic. */
final class TableKey {

  private static final JsonFactory JSON = new JsonFactory();

  private TableKey() {}

  /**
   * The columns of a topic's key by name.
   *
   * @throws Reread.RefusedException when it is no JSON object, or a column has no value
   */
  static Map<String, String> values(String key) throws Reread.RefusedException {
    Map<String, String> values = new HashMap<>();
    try (JsonParser json = JSON.createParser(key)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new Reread.RefusedException("A key must be a JSON object.");
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String column = json.currentName();
        JsonToken value = json.nextToken();
        if (!value.isScalarValue() || value == JsonToken.VALUE_NULL) {
          throw new Reread.RefusedException("A key's column " + column + " must have a value.");
        }
        values.put(column, json.getText());
      }
    } catch (IOException e) {
      throw new Reread.RefusedException("A key must be JSON: " + e.getMessage());
    }
    return values;
  }

  /**
   * The texts of a key's columns, in the key's order.
   *
   * @param given the columns' values by name, as they stand in the topic's keys
   * @throws Reread.RefusedException when these are not the key's columns
   */
  static List<String> texts(CapturedTable table, Map<String, String> given)
      throws Reread.RefusedException {
    if (!given.keySet().equals(Set.copyOf(table.keyNames()))) {
      throw new Reread.RefusedException(
          "The key of "
              + table.name()
              + " has the columns "
              + String.join(", ", table.keyNames())
              + ", but was given with "
              + (given.isEmpty() ? "none" : String.join(", ", given.keySet()))
              + ".");
    }
    List<String> texts = new ArrayList<>();
    for (int position : table.key()) {
      CapturedColumn column = table.columns().get(position);
      texts.add(text(column.family(), java.util.Objects.requireNonNull(given.get(column.name()))));
    }
    return texts;
  }

  private static String text(Family family, String value) throws Reread.RefusedException {
    if (value.isEmpty() && (family == Family.NUMBER || family == Family.BOOLEAN)) {
      throw new Reread.RefusedException("A key's number or boolean is empty.");
    }
    return switch (family) {
      case BOOLEAN -> value.equals("true") ? "t" : value.equals("false") ? "f" : value;
      case BYTES -> bytes(value);
      case NUMBER, TEXT -> value;
    };
  }

  private static String bytes(String base64) throws Reread.RefusedException {
    try {
      return "\\x" + HexFormat.of().formatHex(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      throw new Reread.RefusedException("A bytea must be given in base64: " + e.getMessage());
    }
  }

  /** The topic's key of a row. */
  static byte[] json(CapturedTable table, List<String> texts) {
    JsonBuffer json = new JsonBuffer();
    for (int i = 0; i < texts.size(); i++) {
      CapturedColumn column = table.columns().get(table.key().get(i));
      json.raw(i == 0 ? '{' : ',');
      json.raw(JsonNames.of(column.name()));
      byte[] text = texts.get(i).getBytes(UTF_8);
      ColumnJson.append(json, column.family(), text, 0, text.length);
    }
    json.raw('}');
    return json.copy();
  }
}
