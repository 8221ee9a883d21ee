package io.headrace.cli.settings;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An option that is a whole number between bounds. */
final class BoundedNumber {
  private BoundedNumber() {}

  /**
   * Reads it.
   *
   * @param problems gets a sentence when it is none, or beyond the bounds
   * @param value null when it is not given
   * @return the number, or {@code standard} when there is none
   */
  static int read(
      List<String> problems,
      String option,
      @Nullable String value,
      int standard,
      int least,
      int most) {
    if (value == null) {
      return standard;
    }
    try {
      int number = Integer.parseInt(value);
      if (least <= number && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below: the rule is the same.
    }
    problems.add(
        option + " must be a number from " + least + " to " + most + " but was " + value + ".");
    return standard;
  }
}
