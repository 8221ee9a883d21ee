package io.headrace.capture;

import io.headrace.wire.Lsn;
import io.headrace.wire.RecaptureMessage;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Rows that somebody asked for by their keys. */
final class Recapture implements Reread {

  private final String id;
  private final RereadTables tables;
  private final Map<CapturedTable, Map<RowKey, List<String>>> asked;

  /** Keys that are read at once: as many as once were all that memory is for. */
  private final int atOnce;

  private Recapture(
      String id,
      RereadTables tables,
      Map<CapturedTable, Map<RowKey, List<String>>> asked,
      int atOnce) {
    this.id = id;
    this.tables = tables;
    this.asked = asked;
    this.atOnce = atOnce;
  }

  /**
   * Takes a request.
   *
   * @throws RefusedException when it cannot be met
   */
  static Recapture of(RecaptureMessage message, RereadTables tables) throws RefusedException {
    Map<CapturedTable, Map<RowKey, List<String>>> asked = new LinkedHashMap<>();
    int keys = 0;
    for (RecaptureMessage.Rows rows : message.tables()) {
      keys += rows.keys().size();
      if (keys > RecaptureMessage.MOST_KEYS) {
        throw new RefusedException(
            "A request may have " + RecaptureMessage.MOST_KEYS + " keys but has more.");
      }
      CapturedTable table = tables.captured(rows.table());
      Map<RowKey, List<String>> ofTable = asked.computeIfAbsent(table, t -> new LinkedHashMap<>());
      for (Map<String, String> given : rows.keys()) {
        List<String> key = TableKey.texts(table, given);
        ofTable.put(RowKey.of(table.topic(), TableKey.json(table, key)), key);
      }
    }
    return new Recapture(message.id(), tables, asked, RecaptureMessage.MOST_KEYS);
  }

  String id() {
    return id;
  }

  @Override
  public boolean again() {
    return true;
  }

  @Override
  public boolean concerns(RowKey row) {
    return asked.values().stream().anyMatch(keys -> keys.containsKey(row));
  }

  @Override
  public boolean concerns(String topic) {
    return asked.keySet().stream().anyMatch(table -> table.topic().equals(topic));
  }

  @Override
  public Answer read(Connection connection, Lsn low) throws SQLException, RefusedException {
    VisibleTransactions visible = SourceReader.visible(connection);
    List<RereadRow> rows = new ArrayList<>();
    long bytes = 0;
    for (Map.Entry<CapturedTable, Map<RowKey, List<String>>> table : asked.entrySet()) {
      List<List<String>> keys =
          table.getValue().values().stream().limit(atOnce - rows.size()).toList();
      if (keys.isEmpty() || bytes > ChunkSize.MOST_BYTES) {
        continue;
      }
      try (KeyedRows read = new KeyedRows(tables, connection, table.getKey(), keys, low)) {
        for (RereadRow row = read.next();
            row != null && bytes <= ChunkSize.MOST_BYTES;
            row = read.next()) {
          if (!table.getValue().containsKey(keyOf(row))) {
            throw new RefusedException(
                "A key must be written as in the table's topic, "
                    + new String(row.key(), java.nio.charset.StandardCharsets.UTF_8)
                    + ", but was written otherwise.");
          }
          rows.add(row);
          bytes += row.row() == null ? 0 : row.row().length;
        }
      }
    }
    boolean complete = rows.size() == asked.values().stream().mapToInt(Map::size).sum();
    return new Rows(visible, rows, null, rows.size(), complete);
  }

  private static RowKey keyOf(RereadRow row) {
    return RowKey.of(row.topic(), row.key());
  }

  /** What is left to be read after these. */
  Recapture without(List<RereadRow> rows) {
    Set<RowKey> read = rows.stream().map(Recapture::keyOf).collect(Collectors.toSet());
    Map<CapturedTable, Map<RowKey, List<String>>> rest = new LinkedHashMap<>();
    asked.forEach(
        (table, keys) -> {
          Map<RowKey, List<String>> left = new LinkedHashMap<>(keys);
          left.keySet().removeAll(read);
          if (!left.isEmpty()) {
            rest.put(table, left);
          }
        });
    return new Recapture(id, tables, rest, rows.size());
  }
}
