package io.headrace.transform;

import io.headrace.wire.CopyText;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A row of COPY text that knows where its fields stand.
 *
 * @param bytes the row
 * @param starts see {@link CopyText#starts}
 */
@SuppressWarnings(
    "ArrayRecordComponent") // never compared; a copy a row would cost what the transform saves
record Row(byte[] bytes, int[] starts) {

  static Row of(byte[] bytes, int width) {
    return new Row(bytes, CopyText.starts(bytes, width));
  }

  /** Some of its fields as a row of their own. */
  byte[] fields(int[] columns) {
    byte[] fields = new byte[length(columns)];
    copy(columns, fields, 0);
    return fields;
  }

  /**
   * Some of its fields as a row of their own, after {@code room} bytes left free; null when one of
   * them is NULL.
   */
  byte @Nullable [] nonNullFields(int[] columns, int room) {
    for (int column : columns) {
      if (CopyText.isNull(bytes, starts[column], starts[column + 1] - 1)) {
        return null;
      }
    }
    byte[] fields = new byte[room + length(columns)];
    copy(columns, fields, room);
    return fields;
  }

  /** Whether some fields are the same here and there. */
  boolean sameFields(Row other, int[] columns) {
    for (int column : columns) {
      if (!Arrays.equals(
          bytes,
          starts[column],
          starts[column + 1] - 1,
          other.bytes,
          other.starts[column],
          other.starts[column + 1] - 1)) {
        return false;
      }
    }
    return true;
  }

  private int length(int[] columns) {
    int length = columns.length - 1;
    for (int column : columns) {
      length += starts[column + 1] - 1 - starts[column];
    }
    return length;
  }

  private void copy(int[] columns, byte[] to, int at) {
    for (int i = 0; i < columns.length; i++) {
      if (i > 0) {
        to[at++] = CopyText.SEPARATOR;
      }
      int start = starts[columns[i]];
      int count = starts[columns[i] + 1] - 1 - start;
      System.arraycopy(bytes, start, to, at, count);
      at += count;
    }
  }
}
