package io.headrace.capture;

import io.headrace.wire.Lsn;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows that are to be read from the source once more. */
interface Reread {

  /** Whether the facts of the rows are to be sent even if they have not changed. */
  boolean again();

  /** Whether a change of this row, while it is read, matters. */
  boolean concerns(RowKey row);

  /** Whether a TRUNCATE of this topic's table, while it is read, matters. */
  boolean concerns(String topic);

  /** What must be done before, and before the low watermark. */
  default void prepare(Connection connection) throws SQLException, InterruptedException {}

  /**
   * Reads the rows, in a transaction that sees the source as it was at some moment after {@code
   * low}.
   *
   * @throws RefusedException when it can never be read
   */
  Answer read(Connection connection, Lsn low) throws SQLException, RefusedException;

  /** What came of reading. */
  sealed interface Answer {}

  /**
   * The rows.
   *
   * @param visible what the reading transaction saw
   * @param after where the next reading goes on, if the work needs several
   * @param read the rows read
   * @param complete whether nothing is left to read
   */
  record Rows(
      VisibleTransactions visible,
      List<RereadRow> rows,
      @Nullable String after,
      long read,
      boolean complete)
      implements Answer {
    public Rows {
      rows = List.copyOf(rows);
    }
  }

  /** It cannot be done. */
  record Refused(String why) implements Answer {}

  /** It can never be read. */
  final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }
}
