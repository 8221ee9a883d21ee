package io.headrace.transform;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Reads JSON bytes front to back and turns what is wanted into COPY text on the way, without making
 * a String of anything; what is not wanted is stepped over. One pass over the bytes is most of what
 * a record costs the transform, so it is worth code of its own.
 */
final class JsonCursor {

  /** What says how a record is written, and nothing of what it holds. */
  private static final String STRUCTURE = "{}[]:,\"\\";

  private byte[] json = new byte[0];
  private int at;

  /** Begins with another document. */
  void open(byte[] document) {
    json = document;
    at = 0;
  }

  /** The next byte that is not white space, not consumed; -1 at the end. */
  int peek() {
    while (at < json.length
        && (json[at] == ' ' || json[at] == '\n' || json[at] == '\r' || json[at] == '\t')) {
      at++;
    }
    return at < json.length ? json[at] : -1;
  }

  /** Consumes this character, which must be next. */
  void expect(char character) {
    if (peek() != character) {
      throw malformed("'" + character + "'");
    }
    at++;
  }

  /** Consumes this character if it is next. */
  boolean accept(char character) {
    if (peek() != character) {
      return false;
    }
    at++;
    return true;
  }

  /** Consumes {@code null} if it is next. */
  boolean acceptNull() {
    if (peek() != 'n') {
      return false;
    }
    literal("null");
    return true;
  }

  /** Nothing but white space may be left. */
  void expectEnd() {
    if (peek() != -1) {
      throw malformed("the end");
    }
  }

  byte[] document() {
    return json;
  }

  int position() {
    return at;
  }

  /**
   * Steps over a string and leaves the position after its closing quote; what it holds begins one
   * after the start.
   */
  void skipString() {
    expect('"');
    // In variables: fields would be read and written for each byte where the JVM optimizes little.
    byte[] bytes = json;
    int next = at;
    while (next < bytes.length) {
      byte b = bytes[next++];
      if (b == '"') {
        at = next;
        return;
      }
      if (b == '\\') {
        next++;
      }
    }
    at = next;
    throw malformed("the end of a string");
  }

  /** Steps over any value. */
  void skipValue() {
    int depth = 0;
    do {
      int next = peek();
      switch (next) {
        case '{', '[' -> {
          depth++;
          at++;
        }
        case '}', ']' -> {
          depth--;
          at++;
        }
        case ',', ':' -> {
          if (depth == 0) {
            throw malformed("a value");
          }
          at++;
        }
        case '"' -> skipString();
        case -1 -> throw malformed("a value");
        default -> skipPlain();
      }
    } while (depth > 0);
    if (depth < 0) {
      throw malformed("a value");
    }
  }

  private void skipPlain() {
    byte[] bytes = json;
    int next = at;
    while (next < bytes.length && isPlain(bytes[next])) {
      next++;
    }
    if (next == at) {
      throw malformed("a value");
    }
    at = next;
  }

  private static boolean isPlain(byte b) {
    return b >= '0' && b <= '9'
        || b >= 'a' && b <= 'z'
        || b == '-'
        || b == '+'
        || b == '.'
        || b == 'E';
  }

  /** Consumes {@code true} or {@code false}. */
  boolean bool() {
    if (peek() == 't') {
      literal("true");
      return true;
    }
    if (peek() == 'f') {
      literal("false");
      return false;
    }
    throw malformed("true or false");
  }

  private void literal(String expected) {
    for (int i = 0; i < expected.length(); i++) {
      if (at >= json.length || json[at] != expected.charAt(i)) {
        throw malformed(expected);
      }
      at++;
    }
  }

  /** Appends a number's literal as it stands. */
  void number(ByteBuilder out) {
    peek();
    int start = at;
    while (at < json.length && (isPlain(json[at]) && json[at] < 'a' || json[at] == 'e')) {
      at++;
    }
    if (at == start) {
      throw malformed("a number");
    }
    out.append(json, start, at);
  }

  /** Appends a string as a field of COPY text. */
  void copyText(ByteBuilder out) {
    expect('"');
    byte[] bytes = json;
    int copied = at;
    int next = at;
    while (next < bytes.length) {
      byte b = bytes[next];
      if (b == '"') {
        out.append(bytes, copied, next);
        at = next + 1;
        return;
      }
      if (b == '\\') {
        out.append(bytes, copied, next);
        at = next + 1;
        unescape(out);
        next = at;
        copied = at;
      } else if (b >= 0 && b < ' ') {
        at = next;
        throw malformed("an escape, not a control character,");
      } else {
        next++;
      }
    }
    at = next;
    throw malformed("the end of a string");
  }

  private void unescape(ByteBuilder out) {
    int escaped = at < json.length ? json[at++] : -1;
    switch (escaped) {
      case '"', '/' -> out.append(escaped);
      case '\\', 't', 'n', 'r' -> {
        // The same two bytes in JSON and in COPY text.
        out.append('\\');
        out.append(escaped);
      }
      case 'b' -> out.append('\b');
      case 'f' -> out.append('\f');
      case 'u' -> unicode(out);
      default -> throw malformed("one of \"\\/bfnrtu after a backslash");
    }
  }

  private void unicode(ByteBuilder out) {
    int character = hex4();
    switch (character) {
      case 0 -> throw malformed("no NUL, which PostgreSQL has not,");
      case '\\', '\t', '\n', '\r' -> {
        out.append('\\');
        out.append(
            character == '\\' ? '\\' : character == '\t' ? 't' : character == '\n' ? 'n' : 'r');
      }
      default -> {
        if (Character.isHighSurrogate((char) character)) {
          literal("\\u");
          int low = hex4();
          if (!Character.isLowSurrogate((char) low)) {
            throw malformed("the second half of a surrogate pair");
          }
          character = Character.toCodePoint((char) character, (char) low);
        } else if (Character.isLowSurrogate((char) character)) {
          throw malformed("the first half of a surrogate pair");
        }
        byte[] encoded = Character.toString(character).getBytes(UTF_8);
        out.append(encoded, 0, encoded.length);
      }
    }
  }

  private int hex4() {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int digit = at < json.length ? Character.digit(json[at++], 16) : -1;
      if (digit < 0) {
        throw malformed("four hexadecimal digits");
      }
      value = value << 4 | digit;
    }
    return value;
  }

  /** What must stand here, and what kind of character does: never what the record holds. */
  BadRecordException malformed(String rule) {
    String actual = at >= json.length ? "its end" : kind(json[at]);
    return new BadRecordException(
        rule + " must stand at byte " + at + " of the JSON, where " + actual + " stands");
  }

  private static String kind(byte character) {
    if (character < 0) {
      return "a character beyond ASCII";
    }
    if (STRUCTURE.indexOf(character) >= 0) {
      return "'" + (char) character + "'";
    }
    if (Character.isLetter(character)) {
      return "a letter";
    }
    if (Character.isDigit(character)) {
      return "a digit";
    }
    return Character.isISOControl(character) ? "a control character" : "another character";
  }
}
