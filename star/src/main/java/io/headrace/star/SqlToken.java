package io.headrace.star;

import java.util.Locale;

/**
 * A token of SQL text.
 *
 * @param image as it is written
 * @param span where it stands
 */
record SqlToken(String image, Span span) {

  /** Whether this is the given keyword or sign, in any case. */
  boolean is(String upperCase) {
    return image.toUpperCase(Locale.ROOT).equals(upperCase);
  }

  /** Whether this opens a bracket. */
  boolean opens() {
    return image.equals("(") || image.equals("[") || image.equals("{");
  }

  /** Whether this closes a bracket. */
  boolean closes() {
    return image.equals(")") || image.equals("]") || image.equals("}");
  }

  /**
   * What the catalog calls the identifier that stands here: without quotes, folded to lower case
   * where it had none.
   */
  String identifier() {
    if (image.length() >= 2 && image.startsWith("\"") && image.endsWith("\"")) {
      return image.substring(1, image.length() - 1).replace("\"\"", "\"");
    }
    return image.toLowerCase(Locale.ROOT);
  }
}
