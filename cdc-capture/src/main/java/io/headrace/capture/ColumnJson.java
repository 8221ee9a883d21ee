package io.headrace.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headrace.star.DataType.Family;
import java.util.HexFormat;

/**
 * A column's value as JSON, from the text that PostgreSQL itself writes for it. The snapshot and
 * the stream both come through here, so that a value has one form only, in keys as in rows.
 */
final class ColumnJson {

  // Fixed object identifiers of pg_type.dat.
  private static final int BOOL = 16;
  private static final int BYTEA = 17;
  private static final int INT8 = 20;
  private static final int INT2 = 21;
  private static final int INT4 = 23;
  private static final int OID = 26;
  private static final int FLOAT4 = 700;
  private static final int FLOAT8 = 701;

  private static final byte[] TRUE = "true".getBytes(UTF_8);
  private static final byte[] FALSE = "false".getBytes(UTF_8);

  private ColumnJson() {}

  /** How values of a type are written; a domain is to be given as its base type. */
  static Family family(long typeOid) {
    return switch ((int) typeOid) {
      case BOOL -> Family.BOOLEAN;
      case BYTEA -> Family.BYTES;
      case INT2, INT4, INT8, OID, FLOAT4, FLOAT8 -> Family.NUMBER;
      default -> Family.TEXT;
    };
  }

  /** Appends the value whose text is {@code text[from, to)}. */
  static void append(JsonBuffer json, Family family, byte[] text, int from, int to) {
    switch (family) {
      case BOOLEAN -> json.raw(text[from] == 't' ? TRUE : FALSE);
      case NUMBER -> {
        // NaN and the infinities are no JSON numbers.
        byte first = text[text[from] == '-' && to - from > 1 ? from + 1 : from];
        if (first >= '0' && first <= '9') {
          json.raw(text, from, to);
        } else {
          json.string(text, from, to);
        }
      }
      case BYTES -> json.base64(hex(text, from, to));
      case TEXT -> json.string(text, from, to);
    }
  }

  private static byte[] hex(byte[] text, int from, int to) {
    if (to - from < 2 || text[from] != '\\' || text[from + 1] != 'x' || (to - from) % 2 != 0) {
      throw new IllegalArgumentException(
          "a bytea must come in hexadecimal, as bytea_output = hex gives it, but did not");
    }
    byte[] data = new byte[(to - from - 2) / 2];
    for (int i = 0; i < data.length; i++) {
      int at = from + 2 + 2 * i;
      data[i] =
          (byte) (HexFormat.fromHexDigit(text[at]) << 4 | HexFormat.fromHexDigit(text[at + 1]));
    }
    return data;
  }
}
