package io.headrace.transform;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.headrace.star.Column;
import io.headrace.star.DataType;
import io.headrace.star.SourceTable;
import io.headrace.wire.CopyText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes what the capture would. */
final class Envelopes {

  private static final JsonFactory JSON = new JsonFactory();

  private Envelopes() {}

  static byte[] key(SourceTable table, Change change) {
    List<@Nullable String> values =
        change.kind() == Change.Kind.TRUNCATE
            ? table.key().stream().<@Nullable String>map(i -> null).toList()
            : CopyText.values(change.key());
    return json(
        generator ->
            object(generator, table.key().stream().map(table.columns()::get).toList(), values));
  }

  /** A delete's second record is Kafka's tombstone. */
  static byte @Nullable [] value(SourceTable table, Change change, boolean tombstone) {
    if (tombstone) {
      return null;
    }
    return json(
        generator -> {
          generator.writeStartObject();
          generator.writeNullField("before");
          generator.writeFieldName("after");
          if (change.kind() == Change.Kind.UPSERT) {
            object(generator, table.columns(), CopyText.values(change.row()));
          } else {
            generator.writeNull();
          }
          generator.writeObjectFieldStart("source");
          generator.writeStringField("after", "no \"row\", {");
          generator.writeEndObject();
          generator.writeStringField(
              "op",
              change.kind() == Change.Kind.UPSERT
                  ? "u"
                  : change.kind() == Change.Kind.DELETE ? "d" : "t");
          generator.writeNumberField("ts_ms", 1);
          generator.writeEndObject();
        });
  }

  private static void object(
      JsonGenerator json, List<Column> columns, List<@Nullable String> values) throws IOException {
    json.writeStartObject();
    for (int i = 0; i < columns.size(); i++) {
      json.writeFieldName(columns.get(i).name());
      String value = values.get(i);
      if (value == null) {
        json.writeNull();
      } else if (columns.get(i).type().family() == DataType.Family.NUMBER) {
        json.writeNumber(value);
      } else {
        json.writeString(value);
      }
    }
    json.writeEndObject();
  }

  interface Writing {
    void write(JsonGenerator json) throws IOException;
  }

  static byte[] json(Writing writing) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      writing.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
