package io.headrace.verify;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows that follow each other on one side, with a bound to the memory they take. */
final class Page {
  /** Bytes of rows; what goes beyond is left to the next page. */
  static final long MEMORY = 8 << 20;

  private final Map<RowKey, Row> rows = new LinkedHashMap<>();
  private final int asked;
  private int came;
  private int kept;
  private long bytes;
  private @Nullable RowKey end;

  Page(int asked) {
    this.asked = asked;
  }

  void add(Row row) {
    came++;
    boolean fits = bytes == 0 || bytes + row.image().length <= MEMORY;
    if (kept == came - 1 && fits) { // once one is left out, all that follow are
      kept++;
      bytes += row.image().length;
      rows.put(row.key(), row);
      end = row.place();
    }
  }

  /** The rows by key; whoever has compared one removes it. */
  Map<RowKey, Row> rows() {
    return rows;
  }

  /** How many rows it had at first. */
  int size() {
    return kept;
  }

  /** Where the next page begins; null when this was the last. */
  @Nullable RowKey next() {
    return came < asked && kept == came ? null : end;
  }

  /** How many rows the next page should have, so that few are read to be left out. */
  int nextSize(int most) {
    long wanted = bytes > MEMORY / 2 ? Math.max(1, kept / 2) : kept * 2L;
    return (int) Math.min(most, Math.max(wanted, 1));
  }
}
