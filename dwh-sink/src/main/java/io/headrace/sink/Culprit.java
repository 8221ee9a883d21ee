package io.headrace.sink;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** Finds the staged row that the warehouse refuses, by halves. */
final class Culprit {

  private final Connection connection;
  private final MergeSql sql;
  private final SqlFailure failure;

  /**
   * A search in the running transaction, which leaves nothing behind in it.
   *
   * @param failure how the upsert of all rows failed
   */
  Culprit(Connection connection, MergeSql sql, SQLException failure) {
    this.connection = connection;
    this.sql = sql;
    this.failure = new SqlFailure(failure);
  }

  /**
   * Tries the rows again.
   *
   * @return the row's key; null when no row is refused for itself alone
   */
  @Nullable String find() throws SQLException {
    long first;
    long last;
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql.arrivals())) {
      row.next();
      first = row.getLong(1);
      last = row.getLong(2);
    }
    while (first < last) {
      long middle = first + (last - first) / 2;
      if (refused(first, middle)) {
        last = middle;
      } else {
        first = middle + 1;
      }
    }
    return refused(first, last) ? key(first) : null;
  }

  private boolean refused(long first, long last) throws SQLException {
    Savepoint before = connection.setSavepoint();
    try (PreparedStatement upsert = connection.prepareStatement(sql.upsertBetween())) {
      upsert.setLong(1, first);
      upsert.setLong(2, last);
      upsert.executeUpdate();
      return false;
    } catch (SQLException e) {
      return new SqlFailure(e).isLike(failure);
    } finally {
      connection.rollback(before);
    }
  }

  private @Nullable String key(long arrival) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql.keyOf())) {
      select.setLong(1, arrival);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getString(1) : null;
      }
    }
  }
}
