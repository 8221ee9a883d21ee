package io.headrace.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headrace.stage.StageException;
import io.headrace.star.TableName;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** Turns Debezium's change records into records of the tables' topics. Used by one thread. */
final class ChangeRoutes {

  private static final String DELETE = "d";
  private static final String TRUNCATE = "t";

  private final Map<TableName, CapturedTable> tables = new HashMap<>();
  private final Map<Schema, Route> routes = new IdentityHashMap<>();
  private final Map<Schema, Boolean> keys = new IdentityHashMap<>();
  private final ChangeJson json = new ChangeJson();
  private final EpochWriter writer;
  private final Recaptures recaptures;

  ChangeRoutes(List<CapturedTable> tables, EpochWriter writer, Recaptures recaptures) {
    tables.forEach(table -> this.tables.put(table.name(), table));
    this.writer = writer;
    this.recaptures = recaptures;
  }

  /**
   * Where the changes of one version of a table's definition go.
   *
   * @param table null for a table that the star does not read
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Route(@Nullable CapturedTable table, byte[] truncateKey) {}

  /** Sends a change, and after a DELETE the tombstone. */
  void send(SourceRecord change) {
    if (!(change.value() instanceof Struct envelope)) {
      return;
    }
    Route route = routes.computeIfAbsent(change.valueSchema(), schema -> route(envelope));
    CapturedTable table = route.table();
    if (table == null) {
      return;
    }
    String operation = ChangeRecord.operation(envelope);
    if (operation.equals(TRUNCATE)) {
      recaptures.truncated(table.topic());
      writer.broadcast(table.topic(), route.truncateKey(), json.write(envelope, column -> {}));
      return;
    }
    if (!(change.key() instanceof Struct keyRow)
        || !keys.computeIfAbsent(keyRow.schema(), schema -> sameKey(schema, table))) {
      throw keyChanged(table, change);
    }
    byte[] key =
        json.write(
            keyRow, table.keyNames(), column -> leftOut(table, column, "of which it is the key"));
    byte[] value = json.write(envelope, column -> leftOut(table, column, new String(key, UTF_8)));
    writer.send(table.topic(), key, value, recaptures.changed(table.topic(), key));
    if (operation.equals(DELETE)) {
      writer.send(table.topic(), key, null);
    }
  }

  private Route route(Struct envelope) {
    TableName name =
        new TableName(ChangeRecord.schemaName(envelope), ChangeRecord.tableName(envelope));
    CapturedTable table = tables.get(name);
    if (table == null) {
      return new Route(null, new byte[0]);
    }
    List<String> columns = ChangeRecord.names(envelope.schema().field("after").schema());
    for (String needed : table.needed()) {
      if (!columns.contains(needed)) {
        throw new StageException(
            StageException.Kind.SETTINGS,
            "The column "
                + needed
                + " of the table "
                + name
                + " is gone from the source, but the star reads it.");
      }
    }
    return new Route(table, TruncateKey.of(table.keyNames()));
  }

  private static StageException keyChanged(CapturedTable table, SourceRecord change) {
    List<String> found =
        change.keySchema() == null ? List.of() : ChangeRecord.names(change.keySchema());
    return new StageException(
        StageException.Kind.SETTINGS,
        "The primary key of the table "
            + table.name()
            + " must stay "
            + table.keyNames()
            + " but is now "
            + found
            + ". Compile the star again and run once with --resnapshot.");
  }

  private static void leftOut(CapturedTable table, String column, String key) {
    if (table.needed().contains(column)) {
      throw new StageException(
          StageException.Kind.FAILED,
          "PostgreSQL left out the unchanged long value of "
              + table.name()
              + "."
              + column
              + " in the row "
              + key
              + ". The table must have REPLICA IDENTITY FULL, and had not when the row was changed: ALTER TABLE "
              + table.name().quoted()
              + " REPLICA IDENTITY FULL; then run once with --resnapshot.");
    }
  }

  private static boolean sameKey(Schema schema, CapturedTable table) {
    return Set.copyOf(ChangeRecord.names(schema)).equals(Set.copyOf(table.keyNames()));
  }
}
