package io.headrace.capture;

import io.headrace.wire.Lsn;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Rows that are to be read from the source once more. */
interface Reread {

  /** Whether the facts of the rows are to be sent even if they have not changed. */
  boolean again();

  /** Whether a change of this row, while it is read, matters. */
  boolean concerns(RowKey row);

  /** Whether a TRUNCATE of this topic's table, while it is read, matters. */
  boolean concerns(String topic);

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
   */
  record Rows(VisibleTransactions visible, List<RereadRow> rows) implements Answer {
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
