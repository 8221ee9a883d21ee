package io.headrace.verify;

import java.util.Locale;

/** In what a row of the warehouse may differ from the source. */
public enum Kind {
  /** Both have it, with other values. */
  DIFFERENT,
  /** The source has it, the warehouse does not. */
  MISSING,
  /** The warehouse has it, the source does not. */
  EXTRA,
  /** It changed whenever it was looked at. */
  UNDECIDED;

  /** The word that reports and tables use. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The kind that a word names. */
  static Kind of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
