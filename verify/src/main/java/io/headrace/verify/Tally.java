package io.headrace.verify;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts how the rows of one table compare, and keeps what differs. */
final class Tally implements Verdicts {
  private final ComparedTable table;
  private final Findings findings;
  private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
  private long equal;

  Tally(ComparedTable table, Findings findings) {
    this.table = table;
    this.findings = findings;
  }

  @Override
  public void equal() {
    equal++;
  }

  /** So many rows at once. */
  void equal(long rows) {
    equal += rows;
  }

  @Override
  public void differ(@Nullable Row source, @Nullable Row warehouse) {
    counts.merge(Difference.kind(source != null, warehouse != null), 1L, Long::sum);
    findings.add(table, source, warehouse);
  }

  /** A row about which more is known than how it looked once. */
  void differ(Difference difference) {
    counts.merge(difference.kind(), 1L, Long::sum);
    findings.add(difference);
  }

  TableResult result(Duration took) {
    return new TableResult(
        table.name(),
        equal,
        counts.getOrDefault(Kind.DIFFERENT, 0L),
        counts.getOrDefault(Kind.MISSING, 0L),
        counts.getOrDefault(Kind.EXTRA, 0L),
        counts.getOrDefault(Kind.UNDECIDED, 0L),
        took);
  }
}
