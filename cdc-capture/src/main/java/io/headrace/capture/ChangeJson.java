package io.headrace.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headrace.star.DataType.Family;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/**
 * Debezium's structures as JSON without schema, field for field. What can be known of a schema is
 * worked out once. Not thread-safe.
 */
final class ChangeJson {

  private final Map<Schema, Shape> shapes = new IdentityHashMap<>();
  private final JsonBuffer json = new JsonBuffer();

  /**
   * Writes a structure.
   *
   * @param leftOut told the name of each column whose value is missing
   */
  byte[] write(Struct struct, Consumer<String> leftOut) {
    json.clear();
    struct(struct, leftOut);
    return json.copy();
  }

  /** Writes some columns of a row, in the order given. */
  byte[] write(Struct row, List<String> columns, Consumer<String> leftOut) {
    json.clear();
    Shape shape = shape(row.schema());
    for (int i = 0; i < columns.size(); i++) {
      json.raw(i == 0 ? '{' : ',');
      Field field = row.schema().field(columns.get(i));
      field(shape, field.index(), row.get(field), leftOut);
    }
    json.raw('}');
    return json.copy();
  }

  /** Forgets the shapes of schemas that may have become old. */
  void forget() {
    shapes.clear();
  }

  private void struct(Struct struct, Consumer<String> leftOut) {
    Shape shape = shape(struct.schema());
    for (int i = 0; i < shape.fields.length; i++) {
      json.raw(i == 0 ? '{' : ',');
      field(shape, i, struct.get(shape.fields[i]), leftOut);
    }
    json.raw('}');
  }

  private void field(Shape shape, int at, @Nullable Object value, Consumer<String> leftOut) {
    json.raw(shape.names[at]);
    if (value == null) {
      json.nul();
      return;
    }
    Family family = shape.families[at];
    if (family != null) {
      if (value == RawTextConverter.LEFT_OUT) {
        leftOut.accept(shape.fields[at].name());
        json.string(RawTextConverter.LEFT_OUT);
      } else {
        byte[] text = ((String) value).getBytes(UTF_8);
        ColumnJson.append(json, family, text, 0, text.length);
      }
    } else if (value instanceof Struct inner) {
      struct(inner, leftOut);
    } else if (value instanceof String text) {
      json.string(text);
    } else if (value instanceof Long || value instanceof Integer || value instanceof Short) {
      json.number(((Number) value).longValue());
    } else if (value instanceof Boolean) {
      json.raw(value.toString().getBytes(UTF_8));
    } else {
      throw new IllegalStateException(
          "Debezium's field "
              + shape.fields[at].name()
              + " must be a structure, text, integer or boolean but is "
              + value.getClass());
    }
  }

  private Shape shape(Schema schema) {
    Shape known = shapes.get(schema);
    if (known == null) {
      known = Shape.of(schema);
      shapes.put(schema, known);
    }
    return known;
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Shape(Field[] fields, byte[][] names, @Nullable Family[] families) {
    static Shape of(Schema schema) {
      List<Field> fields = schema.fields();
      @Nullable Family[] families = new @Nullable Family[fields.size()];
      for (Field field : fields) {
        families[field.index()] = RawTextConverter.family(field.schema());
      }
      return new Shape(
          fields.toArray(Field[]::new),
          JsonNames.of(fields.stream().map(Field::name).toList()),
          families);
    }
  }
}
