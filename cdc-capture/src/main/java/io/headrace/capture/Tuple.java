package io.headrace.capture;

import java.util.Arrays;

/** Where the values of a row stand in a message. Reused from row to row; not thread-safe. */
final class Tuple {

  private static final int NULL = -1;
  private static final int UNCHANGED = -2;

  private byte[] bytes = new byte[0];
  private int[] from = new int[0];
  private int[] to = new int[0];
  private int columns;

  /** Reads the row that the message has next. */
  void read(PgOutput message) {
    bytes = message.bytes();
    columns = message.int16();
    if (from.length < columns) {
      from = new int[columns];
      to = new int[columns];
    }
    for (int i = 0; i < columns; i++) {
      byte kind = message.int8();
      switch (kind) {
        case 'n' -> to[i] = NULL;
        case 'u' -> to[i] = UNCHANGED;
        case 't' -> {
          int length = message.int32();
          from[i] = message.at();
          to[i] = from[i] + length;
          message.at(to[i]);
        }
        default ->
            throw new IllegalStateException(
                "a value in pgoutput must be null, unchanged or text but was '"
                    + (char) kind
                    + "'");
      }
    }
  }

  int columns() {
    return columns;
  }

  boolean isNull(int column) {
    return to[column] == NULL;
  }

  /** Whether it is a long value that did not change and that PostgreSQL left out. */
  boolean isLeftOut(int column) {
    return to[column] == UNCHANGED;
  }

  boolean isText(int column) {
    return to[column] >= 0;
  }

  /** What was left out here, where the other row of the same message has it. */
  void complete(Tuple old) {
    for (int i = 0; i < columns; i++) {
      if (isLeftOut(i) && old.isText(i)) {
        from[i] = old.from[i];
        to[i] = old.to[i];
      }
    }
  }

  /** Whether a value is the same in the other row. */
  boolean same(int column, Tuple other) {
    return isText(column)
        && other.isText(column)
        && Arrays.equals(
            bytes, from[column], to[column], other.bytes, other.from[column], other.to[column]);
  }

  byte[] bytes() {
    return bytes;
  }

  int from(int column) {
    return from[column];
  }

  int to(int column) {
    return to[column];
  }
}
