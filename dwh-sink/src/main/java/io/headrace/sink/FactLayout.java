package io.headrace.sink;

import io.headrace.star.StarTable;
import io.headrace.wire.CopyText;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How the facts of a star table stand in their records.
 *
 * @param starTable the star table
 * @param keyFields how many fields a record's key has
 * @param places for each input the position of its field in the key, or -1 where it is no part of
 *     it
 */
record FactLayout(String starTable, int keyFields, List<Integer> places) {

  static FactLayout of(StarTable table) {
    List<Integer> places =
        IntStream.range(0, table.inputs().size()).map(table.key()::indexOf).boxed().toList();
    return new FactLayout(table.name(), table.key().size(), places);
  }

  /**
   * Where the key's fields stand.
   *
   * @throws IllegalArgumentException when it is no key of this table
   */
  int[] key(byte[] key) {
    mustBeLine(key, "key");
    return CopyText.starts(key, keyFields);
  }

  /**
   * Looks whether it is a fact of this table.
   *
   * @throws IllegalArgumentException when it is not
   */
  void check(byte[] key, byte[] value) {
    int[] inKey = key(key);
    mustBeLine(value, "value");
    int[] starts = CopyText.starts(value, places.size());
    for (int i = 0; i < places.size(); i++) {
      int place = places.get(i);
      if (place >= 0
          && !Arrays.equals(
              key, inKey[place], inKey[place + 1] - 1, value, starts[i], starts[i + 1] - 1)) {
        throw new IllegalArgumentException("the key must be that of the row but is not");
      }
    }
  }

  /** A line of its own in COPY: nothing in it ends it, or joins it to the next. */
  private static void mustBeLine(byte[] text, String what) {
    boolean escaped = false;
    for (byte each : text) {
      if (each == '\n' || each == '\r' || (escaped && each == CopyText.SEPARATOR)) {
        throw notCopyText(what);
      }
      escaped = each == '\\' && !escaped;
    }
    if (escaped) {
      throw notCopyText(what);
    }
  }

  private static IllegalArgumentException notCopyText(String what) {
    return new IllegalArgumentException("the " + what + " must be COPY text but is not");
  }
}
