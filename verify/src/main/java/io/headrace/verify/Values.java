package io.headrace.verify;

import org.jspecify.annotations.Nullable;

/** Values as a person can read them, on one line and not too long. */
final class Values {
  private static final int LONGEST = 60;
  private static final int BEFORE = 20;

  private Values() {}

  /**
   * The part of a value in which it begins to differ from another.
   *
   * @return in quotes, so that spaces and NULL can be told
   */
  static String show(@Nullable String value, @Nullable String other) {
    if (value == null) {
      return "NULL";
    }
    if (value.length() <= LONGEST) {
      return quoted(value);
    }
    int from = Math.max(0, Math.min(common(value, other), value.length() - 1) - BEFORE);
    int to = Math.min(value.length(), from + LONGEST);
    return (from > 0 ? "…" : "")
        + quoted(value.substring(from, to))
        + (to < value.length() ? "…" : "")
        + " ("
        + value.length()
        + " characters)";
  }

  private static int common(String value, @Nullable String other) {
    int i = 0;
    while (other != null
        && i < value.length()
        && i < other.length()
        && value.charAt(i) == other.charAt(i)) {
      i++;
    }
    return other == null ? 0 : i;
  }

  private static String quoted(String value) {
    StringBuilder text = new StringBuilder("'");
    value
        .codePoints()
        .forEach(
            c -> {
              if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                text.append(String.format("\\u%04x", c));
              } else {
                text.appendCodePoint(c);
              }
            });
    return text.append('\'').toString();
  }
}
