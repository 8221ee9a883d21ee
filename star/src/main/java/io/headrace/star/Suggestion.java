package io.headrace.star;

import java.util.Collection;
import java.util.Locale;

/** Guesses what a misspelt name should have been. */
public final class Suggestion {

  /** Names below this length are all near to each other. */
  private static final int SHORT = 4;

  private Suggestion() {}

  /** {@code "; did you mean x?"}, or nothing when no name is near. */
  public static String of(String wrong, Collection<String> names) {
    String best = null;
    int nearest = 1 + (wrong.length() < SHORT ? 1 : Math.max(2, wrong.length() / 3));
    for (String name : names) {
      int distance = distance(wrong.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
      if (distance < nearest) {
        nearest = distance;
        best = name;
      }
    }
    return best == null ? "" : "; did you mean " + best + "?";
  }

  /** Levenshtein's distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
