package io.headrace.cli.workload;

import java.util.List;

/**
 * What a random workload is made of.
 *
 * @param rowsPerTable how far a table may grow by it; a table that others refer to stays smaller by
 *     {@code 8} a level
 * @param bulkRows rows of the largest COPY or multi-row INSERT; at least 1
 * @param nasty also values that break careless code: empty strings, backslashes, all of Unicode,
 *     100 kB texts, infinities
 * @param truncates also TRUNCATE … CASCADE
 * @param parentsOften rows that others refer to are changed nearly as often as those that refer to
 *     them; otherwise a table is changed as often as rows of it there may be
 * @param relations relations that the source's catalog does not know, because there is no foreign
 *     key
 */
public record WorkloadShape(
    int rowsPerTable,
    int bulkRows,
    boolean nasty,
    boolean truncates,
    boolean parentsOften,
    List<Relation> relations) {

  /** Small rows in plain words, bounded tables, no TRUNCATE: for people to watch. */
  public static final WorkloadShape CALM =
      new WorkloadShape(2_000, 10, false, false, false, List.of());

  /** Everything that PostgreSQL allows: for tests. */
  public static final WorkloadShape STORM = new WorkloadShape(600, 60, true, true, true, List.of());

  public WorkloadShape {
    if (rowsPerTable < 1 || bulkRows < 1) {
      throw new IllegalArgumentException(
          "rowsPerTable and bulkRows must be at least 1 but were "
              + rowsPerTable
              + " and "
              + bulkRows);
    }
    relations = List.copyOf(relations);
  }

  /** The same with relations that are no foreign keys. */
  public WorkloadShape withRelations(List<Relation> unenforced) {
    return new WorkloadShape(rowsPerTable, bulkRows, nasty, truncates, parentsOften, unenforced);
  }

  /** The same without TRUNCATE. */
  public WorkloadShape withoutTruncate() {
    return new WorkloadShape(rowsPerTable, bulkRows, nasty, false, parentsOften, relations);
  }
}
