package io.headrace.verify;

import io.headrace.wire.EpochMark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A report for a person. */
public final class ReportText {
  private static final List<String> HEAD =
      List.of("table", "rows", "equal", "different", "missing", "extra", "undecided", "time");
  private static final double MILLIS = 1000.0;

  private ReportText() {}

  /**
   * The lines.
   *
   * @param shown at most so many differences
   * @param keysOnly whether values are withheld
   */
  public static List<String> lines(VerificationReport report, int shown, boolean keysOnly) {
    List<String> lines = new ArrayList<>();
    lines.add(head(report));
    lines.addAll(table(report.tables()));
    int total = report.differences().size();
    for (Difference difference : report.differences().subList(0, Math.min(shown, total))) {
      lines.add(name(difference) + " " + difference.kind().word());
      if (!keysOnly) {
        for (Difference.Value value : difference.values()) {
          lines.add(
              "  "
                  + value.column()
                  + ": "
                  + Values.show(value.source(), value.warehouse())
                  + " in the source, "
                  + Values.show(value.warehouse(), value.source())
                  + " in the warehouse");
        }
      }
    }
    long all = report.different() + report.undecided();
    if (all > Math.min(shown, total)) {
      lines.add(
          "and "
              + (all - Math.min(shown, total))
              + " more; headrace.verification_difference has "
              + (all > total ? "the first " + total : "them all")
              + ", verification "
              + report.id()
              + ".");
    }
    lines.add(conclusion(report));
    return lines;
  }

  private static String head(VerificationReport report) {
    String sample = "";
    Filter.Sample part = report.filter().sample();
    if (part != null) {
      sample = ", a sample of " + part.percent() + " % chosen by seed " + part.seed();
    }
    String where = report.filter().where() == null ? "" : ", where " + report.filter().where();
    return "Verification "
        + report.id()
        + " ("
        + report.method()
        + where
        + sample
        + "), "
        + position(report.first(), report.last())
        + ".";
  }

  private static String position(@Nullable EpochMark first, @Nullable EpochMark last) {
    if (first == null || last == null) {
      return "nowhere";
    }
    String at = "epoch " + last.number() + ", " + last.lsn() + ", committed " + last.committed();
    return Objects.equals(first, last) ? "at " + at : "from epoch " + first.number() + " to " + at;
  }

  private static List<String> table(List<TableResult> results) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEAD);
    for (TableResult result : results) {
      rows.add(
          List.of(
              result.table(),
              number(result.rows()),
              number(result.equal()),
              number(result.different()),
              number(result.missing()),
              number(result.extra()),
              number(result.undecided()),
              seconds(result.took())));
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        int column = i;
        int width = rows.stream().mapToInt(r -> r.get(column).length()).max().orElse(0);
        String pad = " ".repeat(width - row.get(i).length());
        line.append(i == 0 ? row.get(i) + pad : "  " + pad + row.get(i));
      }
      lines.add(line.toString());
    }
    return lines;
  }

  private static String conclusion(VerificationReport report) {
    if (report.undecided() == 0) {
      return report.equal()
          ? report.filter().equals(Filter.ALL)
              ? "The warehouse is equal to the source."
              : "The warehouse is equal to the source in these rows."
          : "The warehouse differs from the source in " + rows(report.different()) + ".";
    }
    return (report.different() == 0
            ? "No row differs for certain, but "
            : "The warehouse differs from the source in " + rows(report.different()) + ", and ")
        + rows(report.undecided())
        + " changed at every look, so that nothing can be said.";
  }

  static String rows(long number) {
    return number(number) + (number == 1 ? " row" : " rows");
  }

  static String name(Difference difference) {
    List<String> key = new ArrayList<>();
    for (int i = 0; i < difference.columns().size(); i++) {
      String value = difference.key().get(i);
      key.add(
          difference.columns().get(i)
              + "="
              + (value.matches("[\\w.:-]+") ? value : Values.show(value, null)));
    }
    return difference.table() + " " + String.join(" ", key);
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String seconds(Duration took) {
    return String.format(Locale.ROOT, "%.1f s", took.toMillis() / MILLIS);
  }
}
