package io.headrace.verify;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.headrace.sink.StarPlace;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON that stands in the warehouse and in requests. */
final class Json {
  static final JsonFactory FACTORY = new JsonFactory();

  private Json() {}

  /** Writes one document. */
  interface Writer {
    void write(JsonGenerator json) throws IOException;
  }

  static String text(Writer writer) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      writer.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /** A difference's key: its columns, values as text. */
  static String key(Difference difference) {
    return text(json -> writeKey(json, difference));
  }

  static void writeKey(JsonGenerator json, Difference difference) throws IOException {
    json.writeStartObject();
    for (int i = 0; i < difference.columns().size(); i++) {
      json.writeStringField(difference.columns().get(i), difference.key().get(i));
    }
    json.writeEndObject();
  }

  /**
   * What a run was asked to compare.
   *
   * @param keys how many rows, chosen by their keys; null for all that the settings choose
   */
  static String scope(
      VerifySettings settings, List<String> tables, @Nullable Integer keys, StarPlace place) {
    return text(
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("tables");
          for (String table : tables) {
            json.writeString(table);
          }
          json.writeEndArray();
          if (place.schema() != null) {
            json.writeStringField("schema", place.schema());
          }
          if (keys != null) {
            json.writeNumberField("keys", keys);
          }
          if (settings.filter().where() != null) {
            json.writeStringField("where", settings.filter().where());
          }
          Filter.Sample sample = settings.filter().sample();
          if (sample != null) {
            json.writeNumberField("sample", sample.percent());
            json.writeNumberField("seed", sample.seed());
          }
          json.writeEndObject();
        });
  }

  /** A flat object's fields. */
  static Map<String, String> fields(String object) {
    Map<String, String> fields = new LinkedHashMap<>();
    try (JsonParser json = FACTORY.createParser(object)) {
      json.nextToken();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        json.nextToken();
        fields.put(name, json.getText());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return fields;
  }
}
