package io.headrace.capture;

import io.headrace.star.DataType.Family;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A captured table as the stream has described it: what is needed to read and write its rows. Not
 * thread-safe.
 *
 * @param table the table
 * @param columns names in the stream's order
 * @param names the same as JSON
 * @param families how the columns' values are written
 * @param key positions of the primary key's columns, in the key's order
 * @param truncateKey the key of a TRUNCATE
 * @param end the envelope behind the rows
 * @param order how many changes of the table the present transaction has had
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Relation(
    CapturedTable table,
    List<String> columns,
    byte[][] names,
    Family[] families,
    int[] key,
    byte[] truncateKey,
    EnvelopeEnd end,
    Counter order) {

  /** Counts the changes of one transaction. */
  static final class Counter {
    private @Nullable SourceTransaction transaction;
    private long count;

    /** The number of a change of this transaction, from 1. */
    long next(SourceTransaction present) {
      if (transaction != present) {
        transaction = present;
        count = 0;
      }
      return ++count;
    }
  }

  /** Appends a row. */
  void row(JsonBuffer json, Tuple row) {
    for (int i = 0; i < names.length; i++) {
      json.raw(i == 0 ? '{' : ',');
      field(json, row, i);
    }
    json.raw('}');
  }

  /** A row's key. */
  byte[] key(JsonBuffer json, Tuple row) {
    json.clear();
    for (int i = 0; i < key.length; i++) {
      json.raw(i == 0 ? '{' : ',');
      field(json, row, key[i]);
    }
    json.raw('}');
    return json.copy();
  }

  private void field(JsonBuffer json, Tuple row, int column) {
    json.raw(names[column]);
    if (row.isText(column)) {
      ColumnJson.append(json, families[column], row.bytes(), row.from(column), row.to(column));
    } else if (row.isNull(column)) {
      json.nul();
    } else {
      json.raw(ChangeRoutes.LEFT_OUT);
    }
  }

  /** Whether both rows have the same key. */
  boolean sameKey(Tuple row, Tuple old) {
    for (int column : key) {
      if (!row.same(column, old)) {
        return false;
      }
    }
    return true;
  }
}
