package io.headrace.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A repair's report for a person. */
public final class RepairText {
  private static final int SHOWN = 20;

  private RepairText() {}

  /** The lines. */
  public static List<String> lines(RepairReport report) {
    List<String> lines = new ArrayList<>();
    VerificationReport after = report.after();
    boolean done = after != null;
    for (Map.Entry<String, Integer> table : report.recaptured().entrySet()) {
      lines.add(
          (done ? "Captured again: " : "Would be captured again: ")
              + ReportText.rows(table.getValue())
              + " of "
              + table.getKey()
              + ".");
    }
    List<Difference> rest = after == null ? report.differing() : after.differences();
    rest.stream()
        .limit(SHOWN)
        .forEach(d -> lines.add("  " + ReportText.name(d) + " " + d.kind().word()));
    if (rest.size() > SHOWN) {
      lines.add("  and " + (rest.size() - SHOWN) + " more");
    }
    if (after != null) {
      lines.add(
          ReportText.rows(report.differing().size() - rest.size())
              + " mended, "
              + rest.size()
              + " not; verification "
              + after.id()
              + " has compared them again.");
    } else if (rest.isEmpty()) {
      lines.add("Nothing that verification " + report.verification() + " found differs any more.");
    }
    if (report.left() > 0) {
      lines.add(
          "Verification "
              + report.verification()
              + " found "
              + ReportText.rows(report.left())
              + " more than it keeps: run headrace verify again, then this.");
    }
    return lines;
  }
}
