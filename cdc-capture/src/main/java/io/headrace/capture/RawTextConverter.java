package io.headrace.capture;

import io.debezium.spi.converter.CustomConverter;
import io.debezium.spi.converter.RelationalColumn;
import io.headrace.star.DataType.Family;
import java.util.Properties;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Takes every column's value as the text it is, and notes in the column's schema how to write it.
 * Public because Debezium makes it by its name.
 */
public final class RawTextConverter implements CustomConverter<SchemaBuilder, RelationalColumn> {

  /**
   * Stands for a long value that an UPDATE left out. Known by identity: a row may hold the same
   * letters.
   */
  @SuppressWarnings("StringOperationCanBeSimplified")
  static final String LEFT_OUT = new String("__debezium_unavailable_value");

  private static final String SCHEMA = "io.headrace.";

  @Override
  public void configure(Properties properties) {}

  @Override
  public void converterFor(
      RelationalColumn column, ConverterRegistration<SchemaBuilder> registration) {
    registration.register(
        new ColumnSchema(SCHEMA + ColumnJson.family(column.nativeType())), RawTextConverter::text);
  }

  private static @Nullable Object text(@Nullable Object value) {
    // What is no text is one of the marks that Debezium puts in the place of a left out value.
    return value == null || value instanceof String ? value : LEFT_OUT;
  }

  /** How a column's values are written; null for a field that is no column. */
  static @Nullable Family family(Schema schema) {
    String name = schema.name();
    return name != null && name.startsWith(SCHEMA)
        ? Family.valueOf(name.substring(SCHEMA.length()))
        : null;
  }

  /**
   * Always optional and without default: the old row of a DELETE has nulls in columns that are NOT
   * NULL, and a column's default must never stand in for a NULL.
   */
  private static final class ColumnSchema extends SchemaBuilder {

    ColumnSchema(String name) {
      super(Schema.Type.STRING);
      name(name);
    }

    @Override
    public boolean isOptional() {
      return true;
    }

    @Override
    public SchemaBuilder optional() {
      return this;
    }

    @Override
    public SchemaBuilder required() {
      return this;
    }

    @Override
    public SchemaBuilder defaultValue(Object value) {
      return this;
    }
  }
}
