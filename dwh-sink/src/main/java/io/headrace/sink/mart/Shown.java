package io.headrace.sink.mart;

import io.headrace.wire.Lsn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * A commit of the source that is shown.
 *
 * @param committed when the source committed it, by its clock
 */
record Shown(long epoch, Lsn lsn, Instant committed) {
  private static final String POSITION = "SELECT epoch, lsn, committed FROM headrace.position";

  /** What a mart's newest refresh shows. */
  private static final String READ =
      """
      SELECT epoch, lsn, complete_to FROM headrace.mart_refresh
      WHERE mart = ? AND state = 'done' ORDER BY finished DESC LIMIT 1
      """;

  /** The star, in the running transaction; null before the first load. */
  static @Nullable Shown ofStar(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(POSITION);
        ResultSet row = select.executeQuery()) {
      return row.next() ? of(row) : null;
    }
  }

  /** A mart, as its newest refresh has it; null where that is not recorded. */
  static @Nullable Shown ofMart(Connection connection, String mart) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(READ)) {
      select.setString(1, mart);
      try (ResultSet row = select.executeQuery()) {
        return row.next() && row.getString(2) != null && row.getString(3) != null ? of(row) : null;
      }
    }
  }

  private static Shown of(ResultSet row) throws SQLException {
    return new Shown(
        row.getLong(1),
        Lsn.parse(row.getString(2)),
        row.getObject(3, OffsetDateTime.class).toInstant());
  }

  /** The older one. */
  Shown older(Shown other) {
    return other.epoch < epoch ? other : this;
  }
}
