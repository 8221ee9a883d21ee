package io.headrace.verify;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The differences that a run has found, as many as it keeps: all tables share the bounds, so that a
 * broken warehouse of millions of rows cannot fill the memory.
 */
final class Findings {
  /** Keys kept for {@code repair}. */
  static final int KEYS = 10_000;

  private final int shown;
  private final List<Difference> differences = new ArrayList<>();

  /**
   * Nothing yet.
   *
   * @param shown of so many differences the values are kept
   */
  Findings(int shown) {
    this.shown = shown;
  }

  /** Keeps a difference, if there is room. */
  void add(ComparedTable table, @Nullable Row source, @Nullable Row warehouse) {
    if (differences.size() < KEYS) {
      add(Difference.of(table, source, warehouse));
    }
  }

  /** Keeps a difference, if there is room. */
  void add(Difference difference) {
    if (differences.size() < shown) {
      differences.add(difference);
    } else if (differences.size() < KEYS) {
      differences.add(
          new Difference(
              difference.table(),
              difference.columns(),
              difference.key(),
              difference.kind(),
              List.of()));
    }
  }

  /** What has been kept; the first ones with their values. */
  List<Difference> differences() {
    return List.copyOf(differences);
  }
}
