package io.headrace.capture;

import java.util.HashSet;
import java.util.Set;

/**
 * What the stream changed between the two watermarks of a reading. A row that was read between them
 * is older than such a change, and as new as everything else before the second watermark.
 */
final class RereadWindow {

  /** Changed keys that are kept; with more of them the reading is repeated. */
  private static final int MOST_CHANGED = 200_000;

  private final Reread reread;
  private final RecentTransactions before;
  private final Set<RowKey> changed = new HashSet<>();
  private final Set<String> truncated = new HashSet<>();

  /** Where the truth about a row stands, at the second watermark. */
  enum Truth {
    /** In what was read. */
    READ,
    /** In the stream, where it changed. */
    STREAM,
    /** Nowhere: its table was truncated. */
    GONE
  }

  /**
   * Opens it at the first watermark.
   *
   * @param before the transactions up to there
   */
  RereadWindow(Reread reread, RecentTransactions before) {
    this.reread = reread;
    this.before = before;
  }

  /**
   * A row has changed.
   *
   * @return whether that change is one that was asked for
   */
  boolean changed(RowKey row) {
    if (!reread.concerns(row)) {
      return false;
    }
    if (changed.size() < MOST_CHANGED) {
      changed.add(row);
    }
    return reread.again();
  }

  void truncated(String topic) {
    if (reread.concerns(topic)) {
      changed.removeIf(row -> row.topic().equals(topic));
      truncated.add(topic);
    }
  }

  /**
   * Whether what was read is as new as the first watermark at least: the reading transaction must
   * see all that was committed before it.
   */
  boolean holds(VisibleTransactions visible) {
    return changed.size() < MOST_CHANGED && before.allSeenBy(visible);
  }

  Truth truth(RowKey row) {
    if (changed.contains(row)) {
      return Truth.STREAM;
    }
    return truncated.contains(row.topic()) ? Truth.GONE : Truth.READ;
  }
}
