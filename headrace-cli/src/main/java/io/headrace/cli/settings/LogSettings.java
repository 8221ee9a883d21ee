package io.headrace.cli.settings;

import java.util.Locale;

/**
 * How the log is written.
 *
 * @param verbose on the console too
 * @param format of its lines
 */
public record LogSettings(boolean verbose, Format format) {

  /** One event is one line in each. */
  public enum Format {
    /** For people. */
    TEXT,
    /** One JSON object a line, for machines that collect logs. */
    JSON;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
