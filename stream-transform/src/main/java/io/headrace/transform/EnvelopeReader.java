package io.headrace.transform;

import io.headrace.star.SourceTable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of one table's topic: Debezium's envelope as JSON. Not for several threads at
 * once.
 */
final class EnvelopeReader {

  private final JsonCursor json = new JsonCursor();
  private final RowReader rows;
  private final RowReader keys;
  private final int width;
  private final int[] key;

  EnvelopeReader(SourceTable table) {
    rows = new RowReader(table.columns());
    keys = new RowReader(table.key().stream().map(table.columns()::get).toList());
    width = table.columns().size();
    key = table.key().stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * Reads a record. A tombstone is a delete: the one that follows a delete finds nothing left to
   * do.
   *
   * @throws BadRecordException when it is no envelope of this table
   */
  Change read(byte @Nullable [] recordKey, byte @Nullable [] value) {
    if (value == null) {
      return Change.delete(key(recordKey));
    }
    json.open(value);
    byte @Nullable [] after = null;
    int op = 0;
    json.expect('{');
    do {
      json.peek();
      int start = json.position() + 1;
      json.skipString();
      int end = json.position() - 1;
      json.expect(':');
      if (named(value, start, end, 'o', 'p')) {
        op = operation();
      } else if (end - start == 5 && named(value, start, start + 2, 'a', 'f')) {
        after = json.acceptNull() ? null : rows.read(json);
      } else {
        json.skipValue();
      }
    } while (json.accept(','));
    json.expect('}');
    json.expectEnd();
    return change(op, recordKey, after);
  }

  private static boolean named(byte[] value, int start, int end, char first, char second) {
    return end - start == 2 && value[start] == first && value[start + 1] == second;
  }

  private int operation() {
    int start = json.position();
    json.skipString();
    byte letter = json.document()[start + 1];
    return json.position() - start == 3 && Character.isLetter(letter) ? letter : '?';
  }

  private Change change(int op, byte @Nullable [] recordKey, byte @Nullable [] after) {
    switch (op) {
      case 't':
        return Change.TRUNCATE;
      case 'd':
        return Change.delete(key(recordKey));
      case 'c', 'u', 'r':
        if (after == null) {
          throw new BadRecordException(
              "a record with \"op\":\"" + (char) op + "\" must have \"after\" but has none");
        }
        byte[] rowKey = key(recordKey);
        Row row = Row.of(after, width);
        if (!Arrays.equals(rowKey, row.fields(key))) {
          throw new BadRecordException(
              "the record's key must be the primary key of the row in \"after\" but is not");
        }
        return Change.upsert(rowKey, after);
      default:
        throw new BadRecordException(
            "\"op\" must be one of c, u, r, d, t but was "
                + (op == 0 ? "not there" : "\"" + (char) op + "\""));
    }
  }

  /** The primary key that a record's key tells, as COPY text; null when it tells none. */
  byte @Nullable [] keyOrNull(byte @Nullable [] recordKey) {
    try {
      return key(recordKey);
    } catch (BadRecordException e) {
      return null;
    }
  }

  private byte[] key(byte @Nullable [] recordKey) {
    if (recordKey == null) {
      throw new BadRecordException("the record must have a key but has none");
    }
    json.open(recordKey);
    byte[] columns = keys.read(json);
    json.expectEnd();
    return columns;
  }
}
