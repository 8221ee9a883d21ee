package io.headrace.verify;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.headrace.wire.CopyText;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of one side, as COPY text.
 *
 * @param place the key by which its side pages
 * @param key the star table's key
 * @param inside whether the filter takes the row
 * @param image the star table's columns
 */
record Row(RowKey place, RowKey key, boolean inside, byte[] image) {

  /** Reads rows of one table. */
  record Layout(int keys, int columns, List<Integer> key) {

    /**
     * Reads a row.
     *
     * @param line place, whether inside, columns, and perhaps the closing newline
     */
    Row read(byte[] line) {
      byte[] row =
          line.length > 0 && line[line.length - 1] == '\n'
              ? Arrays.copyOf(line, line.length - 1)
              : line;
      int[] starts = CopyText.starts(row, keys + 1 + columns);
      ByteArrayOutputStream text = new ByteArrayOutputStream(32);
      for (int position : key) {
        if (text.size() > 0 || position != key.get(0)) {
          text.write(CopyText.SEPARATOR);
        }
        int from = starts[keys + 1 + position];
        text.write(row, from, starts[keys + 2 + position] - 1 - from);
      }
      return new Row(
          new RowKey(new String(row, 0, starts[keys] - 1, ISO_8859_1)),
          new RowKey(text.toString(ISO_8859_1)),
          row[starts[keys]] == 't',
          Arrays.copyOfRange(row, starts[keys + 1], row.length));
    }
  }

  boolean sameAs(Row other) {
    return Arrays.equals(image, other.image);
  }

  /** The columns' values. */
  List<@Nullable String> values() {
    return CopyText.values(image);
  }
}
