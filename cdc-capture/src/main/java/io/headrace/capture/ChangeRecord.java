package io.headrace.capture;

import java.util.List;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/** Reading Debezium's change records. */
final class ChangeRecord {

  private ChangeRecord() {}

  /** {@code c}, {@code u}, {@code d}, {@code t}. */
  static String operation(Struct envelope) {
    return envelope.getString("op");
  }

  static String schemaName(Struct envelope) {
    return envelope.getStruct("source").getString("schema");
  }

  static String tableName(Struct envelope) {
    return envelope.getStruct("source").getString("table");
  }

  static List<String> names(Schema schema) {
    return schema.fields().stream().map(Field::name).toList();
  }
}
