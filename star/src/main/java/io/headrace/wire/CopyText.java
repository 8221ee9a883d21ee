package io.headrace.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows in the text format of PostgreSQL's COPY, without the closing newline: fields between tabs,
 * {@code \N} for NULL, backslash escapes (PostgreSQL manual, COPY, "Text Format"). Between the
 * stages a row is this text and nothing else, so that it is encoded once, where the change is
 * parsed, and from there on only copied, down to the COPY into the warehouse. Encoded fields are
 * equal exactly when their values are; no encoded byte is a tab or a newline but the separators.
 */
public final class CopyText {

  /** Between two fields. */
  public static final byte SEPARATOR = '\t';

  private static final byte[] NULL = {'\\', 'N'};

  private CopyText() {}

  /** Appends one field, without a separator. */
  public static void appendField(ByteArrayOutputStream row, @Nullable String value) {
    if (value == null) {
      row.write(NULL, 0, NULL.length);
      return;
    }
    byte[] bytes = value.getBytes(UTF_8);
    int copied = 0;
    for (int i = 0; i < bytes.length; i++) {
      byte escape = escape(bytes[i]);
      if (escape != 0) {
        row.write(bytes, copied, i - copied);
        row.write('\\');
        row.write(escape);
        copied = i + 1;
      }
    }
    row.write(bytes, copied, bytes.length - copied);
  }

  /** A whole row. */
  public static byte[] row(List<@Nullable String> values) {
    ByteArrayOutputStream row = new ByteArrayOutputStream(64);
    for (int i = 0; i < values.size(); i++) {
      if (i > 0) {
        row.write(SEPARATOR);
      }
      appendField(row, values.get(i));
    }
    return row.toByteArray();
  }

  /** A row's values. */
  public static List<@Nullable String> values(byte[] row) {
    List<@Nullable String> values = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= row.length; i++) {
      if (i == row.length || row[i] == SEPARATOR) {
        values.add(value(row, start, i));
        start = i + 1;
      }
    }
    return values;
  }

  /**
   * Where the fields of a row stand: field i is {@code row[starts[i] .. starts[i + 1] - 1)}, the
   * separator left out.
   *
   * @param row a row of {@code fields} fields
   * @return {@code fields + 1} positions
   * @throws IllegalArgumentException when the row has another number of fields
   */
  public static int[] starts(byte[] row, int fields) {
    int[] starts = new int[fields + 1];
    int field = 0;
    for (int i = 0; i < row.length; i++) {
      if (row[i] == SEPARATOR) {
        field++;
        if (field >= fields) {
          throw wrongWidth(row, fields);
        }
        starts[field] = i + 1;
      }
    }
    if (field != fields - 1) {
      throw wrongWidth(row, fields);
    }
    starts[fields] = row.length + 1;
    return starts;
  }

  private static IllegalArgumentException wrongWidth(byte[] row, int fields) {
    return new IllegalArgumentException(
        "a row must have " + fields + " fields but had " + values(row).size());
  }

  /** Whether the encoded field at {@code bytes[start, end)} is NULL. */
  public static boolean isNull(byte[] bytes, int start, int end) {
    return end - start == 2 && bytes[start] == '\\' && bytes[start + 1] == 'N';
  }

  private static @Nullable String value(byte[] row, int start, int end) {
    if (isNull(row, start, end)) {
      return null;
    }
    byte[] plain = Arrays.copyOfRange(row, start, end);
    int length = 0;
    for (int i = 0; i < plain.length; i++) {
      plain[length++] = plain[i] == '\\' ? unescape(plain[++i]) : plain[i];
    }
    return new String(plain, 0, length, UTF_8);
  }

  private static byte escape(byte plain) {
    return switch (plain) {
      case '\\' -> '\\';
      case '\t' -> 't';
      case '\n' -> 'n';
      case '\r' -> 'r';
      default -> 0;
    };
  }

  private static byte unescape(byte escaped) {
    return switch (escaped) {
      case 't' -> '\t';
      case 'n' -> '\n';
      case 'r' -> '\r';
      // Never written here, but PostgreSQL's own COPY does.
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'v' -> 0x0b;
      default -> escaped;
    };
  }
}
