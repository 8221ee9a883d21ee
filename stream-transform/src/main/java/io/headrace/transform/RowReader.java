package io.headrace.transform;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headrace.star.Column;
import io.headrace.wire.CopyText;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON object whose fields are columns into a row of COPY text. Not for several threads at
 * once.
 */
final class RowReader {

  private static final byte[] HEX = "0123456789abcdef".getBytes(UTF_8);
  private static final int UNWANTED = -1;

  private final List<Column> columns;
  private final Map<String, Integer> byName = new HashMap<>();

  /**
   * The names as they stood in the rows before, place by place: fields keep their order, so this
   * mostly hits.
   */
  private byte[][] seenNames = new byte[0][];

  private int[] seenColumns = new int[0];

  private final ByteBuilder fields = new ByteBuilder(1024);
  private final ByteBuilder base64 = new ByteBuilder(64);
  private final ByteBuilder row = new ByteBuilder(1024);
  private final int[] starts;
  private final int[] ends;

  RowReader(List<Column> columns) {
    this.columns = columns;
    for (int i = 0; i < columns.size(); i++) {
      byName.put(columns.get(i).name(), i);
    }
    starts = new int[columns.size()];
    ends = new int[columns.size()];
  }

  /**
   * Reads the object at the cursor.
   *
   * @throws BadRecordException when it is none, lacks a column, or a value does not fit its
   *     column's type
   */
  byte[] read(JsonCursor json) {
    fields.clear();
    Arrays.fill(starts, -1);
    json.expect('{');
    if (!json.accept('}')) {
      int place = 0;
      do {
        int column = column(json, place++);
        json.expect(':');
        if (column == UNWANTED) {
          json.skipValue();
        } else {
          starts[column] = fields.length();
          field(json, columns.get(column));
          ends[column] = fields.length();
        }
      } while (json.accept(','));
      json.expect('}');
    }
    return assemble();
  }

  private byte[] assemble() {
    row.clear();
    for (int i = 0; i < starts.length; i++) {
      if (i > 0) {
        row.append(CopyText.SEPARATOR);
      }
      if (starts[i] < 0) {
        absent(columns.get(i));
      } else {
        row.append(fields, starts[i], ends[i]);
      }
    }
    return row.toByteArray();
  }

  private void absent(Column column) {
    if (!column.absent().known()) {
      throw new BadRecordException(
          "the row must have the column \""
              + column.name()
              + "\", for whose absence the source gives no value");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CopyText.appendField(out, column.absent().text());
    row.append(out.toByteArray(), 0, out.size());
  }

  private int column(JsonCursor json, int place) {
    json.peek();
    int start = json.position();
    json.skipString();
    int end = json.position();
    byte[] document = json.document();
    if (place < seenNames.length
        && Arrays.equals(document, start, end, seenNames[place], 0, seenNames[place].length)) {
      return seenColumns[place];
    }
    ByteBuilder name = new ByteBuilder(32);
    JsonCursor nameOnly = new JsonCursor();
    nameOnly.open(Arrays.copyOfRange(document, start, end));
    nameOnly.copyText(name);
    int column = byName.getOrDefault(CopyText.values(name.toByteArray()).get(0), UNWANTED);
    if (place >= seenNames.length) {
      int old = seenNames.length;
      seenNames = Arrays.copyOf(seenNames, place + 1);
      seenColumns = Arrays.copyOf(seenColumns, place + 1);
      Arrays.fill(seenNames, old, place + 1, new byte[0]);
    }
    seenNames[place] = Arrays.copyOfRange(document, start, end);
    seenColumns[place] = column;
    return column;
  }

  private void field(JsonCursor json, Column column) {
    if (json.acceptNull()) {
      fields.append('\\');
      fields.append('N');
      return;
    }
    boolean string = json.peek() == '"';
    switch (column.type().family()) {
      case BOOLEAN -> fields.append(json.bool() ? 't' : 'f');
      case NUMBER -> {
        if (string) {
          json.copyText(fields);
        } else {
          json.number(fields);
        }
      }
      case BYTES -> bytes(json, column);
      case TEXT -> {
        if (!string) {
          throw json.malformed(
              "a string for column \"" + column.name() + "\" of type " + column.type().sql());
        }
        json.copyText(fields);
      }
    }
  }

  private void bytes(JsonCursor json, Column column) {
    base64.clear();
    json.copyText(base64);
    byte @Nullable [] plain = null;
    try {
      plain = Base64.getDecoder().decode(base64.toByteArray());
    } catch (IllegalArgumentException e) {
      throw json.malformed("base64 for column \"" + column.name() + "\" (" + e.getMessage() + ")");
    }
    fields.append('\\');
    fields.append('\\');
    fields.append('x');
    for (byte b : plain) {
      fields.append(HEX[b >> 4 & 15]);
      fields.append(HEX[b & 15]);
    }
  }
}
