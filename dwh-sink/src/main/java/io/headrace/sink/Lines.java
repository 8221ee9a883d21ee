package io.headrace.sink;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.headrace.star.StarTable;
import io.headrace.wire.CopyText;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Facts of one star table as lines for COPY into its stage: arrival number, whether the row is
 * gone, then {@code StarTable.inputs}. The bytes of a fact are copied as they came. Not for several
 * threads.
 */
final class Lines {
  private static final byte[] LIVE = "\tf\t".getBytes(US_ASCII);
  private static final byte[] GONE = "\tt".getBytes(US_ASCII);
  private static final byte[] NULL = "\t\\N".getBytes(US_ASCII);

  private byte[] bytes = new byte[1024];
  private int length;
  private int rows;
  private int gone;

  /** Appends a row as it now is. */
  void live(long arrival, byte[] row) {
    number(arrival);
    append(LIVE, 0, LIVE.length);
    append(row, 0, row.length);
    append('\n');
    rows++;
  }

  /**
   * Appends a row that is no more.
   *
   * @param keyStarts where the key's fields stand in {@code key}, as {@code CopyText.starts} tells
   * @param places for each input the position of its field in the key, or -1 where it is no part of
   *     it
   */
  void gone(long arrival, byte[] key, int[] keyStarts, List<Integer> places) {
    number(arrival);
    append(GONE, 0, GONE.length);
    for (int place : places) {
      if (place < 0) {
        append(NULL, 0, NULL.length);
      } else {
        append('\t');
        append(key, keyStarts[place], keyStarts[place + 1] - 1 - keyStarts[place]);
      }
    }
    append('\n');
    rows++;
    gone++;
  }

  /** The lines; only the first {@link #length} bytes count. */
  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** How many lines. */
  int rows() {
    return rows;
  }

  /** How many of them say that their row is gone. */
  int gone() {
    return gone;
  }

  /**
   * A line.
   *
   * @param inputs COPY text
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Line(long arrival, boolean gone, byte[] inputs) {

    /** The key, as COPY text. */
    byte[] key(StarTable table) {
      int[] starts = CopyText.starts(inputs, table.inputs().size());
      ByteArrayOutputStream key = new ByteArrayOutputStream();
      for (int field : table.key()) {
        if (key.size() > 0) {
          key.write(CopyText.SEPARATOR);
        }
        key.write(inputs, starts[field], starts[field + 1] - 1 - starts[field]);
      }
      return key.toByteArray();
    }
  }

  /** Line by line. */
  void forEach(Consumer<Line> action) {
    for (int start = 0; start < length; ) {
      int end = end(start);
      int mark = start;
      while (bytes[mark] != '\t') {
        mark++;
      }
      long arrival = Long.parseLong(new String(bytes, start, mark - start, US_ASCII));
      byte[] inputs = Arrays.copyOfRange(bytes, mark + LIVE.length, end);
      action.accept(new Line(arrival, bytes[mark + 1] == 't', inputs));
      start = end + 1;
    }
  }

  /** Appends a line. */
  void add(Line line) {
    number(line.arrival());
    append(line.gone() ? GONE : LIVE, 0, GONE.length);
    append('\t');
    gone += line.gone() ? 1 : 0;
    append(line.inputs(), 0, line.inputs().length);
    append('\n');
    rows++;
  }

  /** Where the line ends that starts there. */
  int end(int start) {
    int end = start;
    while (bytes[end] != '\n') {
      end++;
    }
    return end;
  }

  private void number(long value) {
    byte[] digits = Long.toString(value).getBytes(US_ASCII);
    append(digits, 0, digits.length);
  }

  private void append(char ascii) {
    room(1);
    bytes[length++] = (byte) ascii;
  }

  private void append(byte[] from, int start, int count) {
    room(count);
    System.arraycopy(from, start, bytes, length, count);
    length += count;
  }

  private void room(int count) {
    if (bytes.length - length < count) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(length, count)));
    }
  }
}
