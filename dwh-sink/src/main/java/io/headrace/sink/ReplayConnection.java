package io.headrace.sink;

import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What replays of every kind do with their connection to the warehouse, which is in autocommit. */
final class ReplayConnection {
  private static final Logger LOG = LoggerFactory.getLogger(ReplayConnection.class);

  /** "headrrpl" in ASCII: the key of the advisory lock in the warehouse's database. */
  private static final long KEY = 0x686561647272706cL;

  private ReplayConnection() {}

  /** Something to be done in one transaction. */
  interface Work<T> {
    T run() throws SQLException, InterruptedException;
  }

  /**
   * Makes this session the one that replays in its database, until it ends.
   *
   * @throws StageException when another one does
   */
  static void lock(Connection connection, Database warehouse) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_try_advisory_lock(" + KEY + ")")) {
      row.next();
      if (!row.getBoolean(1)) {
        throw new StageException(
            StageException.Kind.FAILED,
            "Another replay is at work in " + warehouse + "; this one is refused");
      }
    }
  }

  static <T> T inTransaction(Connection connection, Work<T> work)
      throws SQLException, InterruptedException {
    connection.setAutoCommit(false);
    try {
      T result = work.run();
      connection.commit();
      return result;
    } catch (SQLException | RuntimeException e) {
      connection.rollback();
      throw e;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  /** Closes it, if there is one. */
  static void close(@Nullable Connection connection) {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      LOG.warn("the replay's connection was not closed well", e);
    }
  }
}
