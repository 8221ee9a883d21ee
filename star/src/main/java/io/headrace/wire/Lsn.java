package io.headrace.wire;

/**
 * A position in PostgreSQL's write-ahead log.
 *
 * @param value the position in bytes, unsigned
 */
public record Lsn(long value) implements Comparable<Lsn> {

  /**
   * Reads PostgreSQL's notation.
   *
   * @param text two hexadecimal numbers with a slash between them, such as {@code 16/B374D848}
   * @throws IllegalArgumentException when it is not
   */
  public static Lsn parse(String text) {
    int slash = text.indexOf('/');
    try {
      if (slash < 1) {
        throw new NumberFormatException();
      }
      long high = Long.parseUnsignedLong(text.substring(0, slash), 16);
      long low = Long.parseUnsignedLong(text.substring(slash + 1), 16);
      if (high >>> 32 != 0 || low >>> 32 != 0) {
        throw new NumberFormatException();
      }
      return new Lsn(high << 32 | low);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "an LSN must be two hexadecimal numbers like 16/B374D848 but was " + text, e);
    }
  }

  @Override
  public int compareTo(Lsn other) {
    return Long.compareUnsigned(value, other.value);
  }

  /** PostgreSQL's notation. */
  @Override
  public String toString() {
    return Long.toHexString(value >>> 32).toUpperCase(java.util.Locale.ROOT)
        + "/"
        + Long.toHexString(value & 0xFFFF_FFFFL).toUpperCase(java.util.Locale.ROOT);
  }
}
