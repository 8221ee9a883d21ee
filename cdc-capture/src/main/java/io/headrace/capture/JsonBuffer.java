package io.headrace.capture;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Base64;

/** JSON in UTF-8 as it grows. Reused from record to record; not thread-safe. */
final class JsonBuffer {

  private static final byte[] HEX = "0123456789abcdef".getBytes(ISO_8859_1);
  private static final byte[] NULL = {'n', 'u', 'l', 'l'};
  private static final int LARGEST_KEPT = 1 << 20;

  private byte[] bytes = new byte[4096];
  private int length;

  /** Makes it empty; a buffer that one large row has blown up is given back. */
  void clear() {
    length = 0;
    if (bytes.length > LARGEST_KEPT) {
      bytes = new byte[4096];
    }
  }

  int length() {
    return length;
  }

  byte[] copy() {
    return Arrays.copyOf(bytes, length);
  }

  /** Appends what is JSON already. */
  void raw(byte[] json) {
    raw(json, 0, json.length);
  }

  void raw(byte[] json, int from, int to) {
    reserve(to - from);
    System.arraycopy(json, from, bytes, length, to - from);
    length += to - from;
  }

  void raw(char ascii) {
    reserve(1);
    bytes[length++] = (byte) ascii;
  }

  void nul() {
    raw(NULL);
  }

  void number(long number) {
    if (number < 0) {
      raw(Long.toString(number).getBytes(ISO_8859_1));
      return;
    }
    int digits = 1;
    for (long rest = number / 10; rest > 0; rest /= 10) {
      digits++;
    }
    reserve(digits);
    long rest = number;
    for (int at = length + digits - 1; at >= length; at--) {
      bytes[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += digits;
  }

  void string(String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    string(utf8, 0, utf8.length);
  }

  /** Appends UTF-8 text as a JSON string. */
  void string(byte[] utf8, int from, int to) {
    reserve(to - from + 2);
    bytes[length++] = '"';
    int copied = from;
    for (int i = from; i < to; i++) {
      byte b = utf8[i];
      // Bytes above 0x7f are negative and pass: UTF-8 needs no escapes in JSON.
      if (b == '"' || b == '\\' || (b >= 0 && b < 0x20)) {
        raw(utf8, copied, i);
        escape(b);
        copied = i + 1;
      }
    }
    raw(utf8, copied, to);
    raw('"');
  }

  /** Appends bytes as a JSON string in base64. */
  void base64(byte[] data) {
    raw('"');
    raw(Base64.getEncoder().encode(data));
    raw('"');
  }

  private void escape(byte b) {
    raw('\\');
    switch (b) {
      case '"', '\\' -> raw((char) b);
      case '\n' -> raw('n');
      case '\r' -> raw('r');
      case '\t' -> raw('t');
      default -> {
        raw('u');
        raw('0');
        raw('0');
        raw((char) HEX[b >> 4]);
        raw((char) HEX[b & 15]);
      }
    }
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes =
          Arrays.copyOf(
              bytes,
              Math.max(
                  Math.addExact(length, more),
                  (int) Math.min(bytes.length * 2L, Integer.MAX_VALUE - 8)));
    }
  }
}
