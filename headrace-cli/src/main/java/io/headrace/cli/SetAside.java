package io.headrace.cli;

import io.headrace.sink.DeadLetter;
import io.headrace.verify.Difference;
import io.headrace.verify.VerificationReport;
import java.util.ArrayList;
import java.util.List;

/** Which differing rows are no surprise, because they wait as dead letters. */
final class SetAside {

  private SetAside() {}

  /** A line for each, and one for all together. */
  static List<String> of(VerificationReport report, List<DeadLetter> waiting) {
    List<String> lines = new ArrayList<>();
    for (Difference difference : report.differences()) {
      String key = String.join(", ", difference.key());
      for (DeadLetter letter : waiting) {
        if (difference.table().equals(letter.table()) && key.equals(letter.key())) {
          lines.add(
              letter.table() + " (" + key + ") is set aside as dead letter " + letter.id() + ".");
        }
      }
    }
    if (!lines.isEmpty()) {
      long others = report.different() - lines.size();
      lines.add(
          others == 0
              ? "All that differs is set aside; see headrace dead-letters list."
              : lines.size() + " of the differing rows are set aside, " + others + " are not.");
    }
    return lines;
  }
}
