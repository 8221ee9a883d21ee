package io.headrace.star;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong, so that a person reads all of it at once. */
final class Problems {

  private final List<StarProblem> found = new ArrayList<>();

  /** A problem at an offset of a file's text. */
  void add(StarFile file, int offset, String what, String allowed) {
    String before = file.text().substring(0, offset);
    int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
    int column = before.codePointCount(before.lastIndexOf('\n') + 1, before.length()) + 1;
    found.add(new StarProblem(file.path(), line, column, what, allowed));
  }

  /** A problem at a piece of a file's text. */
  void add(StarFile file, Span at, String what, String allowed) {
    add(file, at.begin(), what, allowed);
  }

  /** A problem at a place of a file. */
  void add(StarFile file, int line, int column, String what, String allowed) {
    found.add(new StarProblem(file.path(), line, column, what, allowed));
  }

  /** A problem of a file as a whole. */
  void add(StarFile file, String what, String allowed) {
    found.add(new StarProblem(file.path(), 0, 0, what, allowed));
  }

  /** Whether nothing is wrong with a file so far. */
  boolean isClean(StarFile file) {
    return found.stream().noneMatch(problem -> problem.file().equals(file.path()));
  }

  int count() {
    return found.size();
  }

  void throwIfAny() {
    if (!found.isEmpty()) {
      found.sort(
          Comparator.comparing(StarProblem::file)
              .thenComparingInt(StarProblem::line)
              .thenComparingInt(StarProblem::column));
      throw new StarRefusedException(found);
    }
  }
}
