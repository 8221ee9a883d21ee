package io.headrace.verify;

import io.headrace.wire.EpochMark;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a comparison has found.
 *
 * @param id its row in {@code headrace.verification}
 * @param method {@link Method#word}
 * @param filter which rows were compared
 * @param started when
 * @param took how long it was
 * @param first the commit of the source at which the first rows were compared; null when none were
 * @param last the commit at which the last rows were compared
 * @param tables the counts, in the order of the tables' names
 * @param differences what differs, as many as are kept
 */
public record VerificationReport(
    long id,
    String method,
    Filter filter,
    Instant started,
    Duration took,
    @Nullable EpochMark first,
    @Nullable EpochMark last,
    List<TableResult> tables,
    List<Difference> differences) {
  public VerificationReport {
    tables = List.copyOf(tables);
    differences = List.copyOf(differences);
  }

  /** Rows that were compared. */
  public long rows() {
    return tables.stream().mapToLong(TableResult::rows).sum();
  }

  /** Rows that are certain to differ. */
  public long different() {
    return tables.stream().mapToLong(TableResult::differences).sum();
  }

  /** Rows about which nothing can be said. */
  public long undecided() {
    return tables.stream().mapToLong(TableResult::undecided).sum();
  }

  /** Whether it is certain that no row differs. */
  public boolean equal() {
    return different() == 0 && undecided() == 0;
  }

  /** In a word: equal, different, or undecided when no row is certain to differ. */
  public String result() {
    return equal() ? "equal" : different() > 0 ? "different" : "undecided";
  }
}
