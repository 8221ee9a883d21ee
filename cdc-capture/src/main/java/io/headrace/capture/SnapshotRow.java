package io.headrace.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headrace.wire.Lsn;
import java.time.Instant;
import java.util.List;

/**
 * One row of COPY's text format as Debezium's envelope of a snapshot ({@code "op":"r"}). All but
 * the row is the same for a whole table. Reused from row to row; not thread-safe.
 */
final class SnapshotRow {

  private final CapturedTable table;
  private final JsonBuffer json = new JsonBuffer();
  private final byte[] head;
  private final byte[] tail;
  private final byte[][] names;
  private final byte[] truncate;
  private final byte[] deleteTail;
  private final int[] starts;
  private byte[] plain = new byte[256];

  /**
   * For the rows of one table, read at one moment.
   *
   * @param snapshot what Debezium's envelope says of such a row: {@code true} in the snapshot that
   *     the stream begins with, {@code incremental} in a later one
   */
  SnapshotRow(
      CapturedTable table,
      String prefix,
      String database,
      Lsn lsn,
      Instant taken,
      String snapshot) {
    this.table = table;
    this.names = JsonNames.of(table.columns().stream().map(CapturedColumn::name).toList());
    this.starts = new int[table.columns().size() + 1];
    this.head = "{\"before\":null,\"after\":".getBytes(UTF_8);
    EnvelopeEnd end = new EnvelopeEnd(table.name(), prefix, database, snapshot);
    SourceTransaction none = SourceTransaction.none(taken);
    byte[] written = EnvelopeEnd.written(taken);
    this.tail = rest('r', end, none, lsn, written);
    this.deleteTail = rest('d', end, none, lsn, written);
    json.raw(head);
    json.nul();
    json.raw(rest('t', end, none, lsn, written));
    this.truncate = json.copy();
  }

  private static byte[] rest(
      char operation, EnvelopeEnd end, SourceTransaction none, Lsn lsn, byte[] written) {
    JsonBuffer json = new JsonBuffer();
    end.append(json, none, lsn.value(), 0, 0, operation, written);
    return json.copy();
  }

  /** Takes a row of all the table's columns, without the closing newline. */
  void read(byte[] row) {
    int fields = table.columns().size();
    int length = row.length > 0 && row[row.length - 1] == '\n' ? row.length - 1 : row.length;
    if (plain.length < length || plain.length > 1 << 20) {
      plain = new byte[Math.max(length, 256)];
    }
    int to = 0;
    int field = 0;
    starts[0] = 0;
    boolean isNull = false;
    for (int i = 0; i < length; i++) {
      byte b = row[i];
      if (b == '\t') {
        starts[++field] = isNull ? ~to : to;
        isNull = false;
      } else if (b == '\\') {
        byte escaped = row[++i];
        if (escaped == 'N') {
          isNull = true;
        } else {
          plain[to++] = unescape(escaped);
        }
      } else {
        plain[to++] = b;
      }
    }
    starts[++field] = isNull ? ~to : to;
    if (field != fields) {
      throw new IllegalStateException(
          "A row of " + table.name() + " must have " + fields + " fields but had " + field);
    }
  }

  /** The row's key. */
  byte[] key() {
    json.clear();
    List<Integer> key = table.key();
    for (int i = 0; i < key.size(); i++) {
      json.raw(i == 0 ? '{' : ',');
      field(key.get(i));
    }
    json.raw('}');
    return json.copy();
  }

  /** The row's envelope. */
  byte[] value() {
    json.clear();
    json.raw(head);
    for (int i = 0; i < names.length; i++) {
      json.raw(i == 0 ? '{' : ',');
      field(i);
    }
    json.raw('}');
    json.raw(tail);
    return json.copy();
  }

  /** Whether there is a row at all: all columns are NULL where an outer join found none. */
  boolean hasKey() {
    return starts[table.key().get(0) + 1] >= 0;
  }

  /** The envelope of a DELETE; of the old row only the key is known. */
  byte[] delete(List<String> key) {
    json.clear();
    json.raw("{\"before\":".getBytes(UTF_8));
    for (int i = 0; i < names.length; i++) {
      json.raw(i == 0 ? '{' : ',');
      json.raw(names[i]);
      int place = table.key().indexOf(i);
      if (place < 0) {
        json.nul();
      } else {
        byte[] text = key.get(place).getBytes(UTF_8);
        ColumnJson.append(json, table.columns().get(i).family(), text, 0, text.length);
      }
    }
    json.raw("},\"after\":null".getBytes(UTF_8));
    json.raw(deleteTail);
    return json.copy();
  }

  /** The envelope that takes away whatever the table's topic held before. */
  byte[] truncate() {
    return truncate;
  }

  private void field(int column) {
    json.raw(names[column]);
    // The end of a field is kept inverted where the field is NULL; its start is the end before it.
    int end = starts[column + 1];
    int start = starts[column] < 0 ? ~starts[column] : starts[column];
    if (end < 0) {
      json.nul();
    } else {
      ColumnJson.append(json, table.columns().get(column).family(), plain, start, end);
    }
  }

  // COPY writes these letters for control characters; everything else stands for itself (manual,
  // COPY, Text Format).
  private static byte unescape(byte escaped) {
    return switch (escaped) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'v' -> 0x0b;
      default -> escaped;
    };
  }
}
