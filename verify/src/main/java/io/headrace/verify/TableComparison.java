package io.headrace.verify;

import io.headrace.stage.StageListener;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares one table page by page. First the source's rows, in the source's order, each page with
 * the rows of the same keys in the warehouse; then, unless counting has shown that there are none,
 * the warehouse's rows that the source does not have, in the warehouse's order. So nothing rests on
 * both sides sorting alike.
 */
final class TableComparison {
  /** The first page is small, for its rows may be long. */
  private static final int FIRST_PAGE = 1_000;

  private final ComparedTable table;
  private final Filter filter;
  private final Snapshots snapshots;
  private final Pace pace;
  private final int pageRows;
  private final Verdicts verdicts;
  private final StageListener listener;
  private long inside;
  private long done;

  /**
   * A comparison.
   *
   * @param pageRows at most so many rows are held
   */
  TableComparison(
      ComparedTable table,
      Filter filter,
      Snapshots snapshots,
      Pace pace,
      int pageRows,
      Verdicts verdicts,
      StageListener listener) {
    this.table = table;
    this.filter = filter;
    this.snapshots = snapshots;
    this.pace = pace;
    this.pageRows = pageRows;
    this.verdicts = verdicts;
    this.listener = listener;
  }

  /**
   * Compares all rows that the filter takes on either side.
   *
   * @param aligned whether both snapshots show the same commit, so that counts can be compared
   * @param expected rows, estimated; -1 when unknown
   */
  void all(boolean aligned, long expected) throws SQLException {
    snapshots.refresh();
    int began = snapshots.taken();
    pages(this::fromSource, "comparing " + table.name(), expected);
    boolean oneCommit = aligned && snapshots.taken() == began;
    if (!oneCommit || warehouse().count(filter) != inside) {
      done = 0;
      pages(this::fromWarehouse, "looking for extra rows in " + table.name(), expected);
    }
  }

  /** Compares certain keys; those that neither side has are equal. */
  void only(Collection<RowKey> keys) throws SQLException {
    Map<RowKey, Row> source = new HashMap<>();
    source().rowsOf(keys, filter, row -> source.put(row.key(), row));
    Set<RowKey> rest = new HashSet<>(keys);
    warehouse()
        .rowsOf(
            keys,
            filter,
            row -> {
              compare(source.remove(row.key()), row);
              rest.remove(row.key());
            });
    source.forEach(
        (key, row) -> {
          verdicts.differ(row, null);
          rest.remove(key);
        });
    rest.forEach(key -> verdicts.equal());
  }

  /** Reads the page after a key and compares it. */
  private interface PageStep {
    Page run(@Nullable RowKey after, int rows) throws SQLException;
  }

  private void pages(PageStep step, String work, long expected) throws SQLException {
    int most = pace.page(pageRows);
    int rows = Math.min(most, FIRST_PAGE);
    RowKey after = null;
    do {
      snapshots.refresh();
      Page page = step.run(after, rows);
      done += page.size();
      listener.progress(work, done, expected);
      pace.read(page.size());
      after = page.next();
      rows = page.nextSize(most);
    } while (after != null);
  }

  private Page fromSource(@Nullable RowKey after, int rows) throws SQLException {
    Page page = source().page(after, filter, rows);
    Map<RowKey, Row> waiting = page.rows();
    warehouse()
        .rowsOf(
            waiting.keySet(),
            filter,
            row -> {
              inside += row.inside() ? 1 : 0;
              compare(waiting.remove(row.key()), row);
            });
    waiting.values().forEach(row -> verdicts.differ(row, null));
    return page;
  }

  private Page fromWarehouse(@Nullable RowKey after, int rows) throws SQLException {
    Page page = warehouse().page(after, filter, rows);
    Map<RowKey, Row> waiting = page.rows();
    source()
        .rowsOf(
            waiting.keySet(),
            filter,
            row -> {
              Row here = waiting.remove(row.key());
              if (!row.inside()) { // else it has been compared on the way through the source
                compare(row, here);
              }
            });
    waiting.values().forEach(row -> verdicts.differ(null, row));
    return page;
  }

  private void compare(@Nullable Row source, @Nullable Row warehouse) {
    if (source != null && warehouse != null && source.sameAs(warehouse)) {
      verdicts.equal();
    } else {
      verdicts.differ(source, warehouse);
    }
  }

  private Side source() {
    return new Side("source", snapshots.source(), table.source(), table.layout());
  }

  private Side warehouse() {
    return new Side("warehouse", snapshots.warehouse(), table.warehouse(), table.layout());
  }
}
