package io.headrace.star;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Tries statements in a database and leaves nothing behind: all of them run in a transaction that
 * is rolled back, and one that fails does not end it.
 */
final class Probe implements AutoCloseable {

  private final Connection connection;
  private final boolean autoCommit;
  private final Savepoint begin;

  Probe(Connection connection) throws SQLException {
    this.connection = connection;
    this.autoCommit = connection.getAutoCommit();
    connection.setAutoCommit(false);
    this.begin = connection.setSavepoint();
  }

  Connection connection() {
    return connection;
  }

  /** Runs a statement; returns PostgreSQL's refusal, or null when it went well. */
  @Nullable SQLException refusal(String sql) throws SQLException {
    Savepoint before = connection.setSavepoint();
    try (Statement statement = statement()) {
      statement.execute(sql);
      connection.releaseSavepoint(before);
      return null;
    } catch (SQLException e) {
      if (lost(e)) {
        throw e;
      }
      connection.rollback(before);
      return e;
    }
  }

  /** Runs a statement that must go well. */
  void run(String sql) throws SQLException {
    try (Statement statement = statement()) {
      statement.execute(sql);
    }
  }

  /** The first column of the first row; null for NULL and for no row. */
  @Nullable String value(String sql) throws SQLException {
    try (Statement statement = statement();
        ResultSet result = statement.executeQuery(sql)) {
      return result.next() ? result.getString(1) : null;
    }
  }

  private Statement statement() throws SQLException {
    Statement statement = connection.createStatement();
    // The author's text may hold braces, which JDBC would take for its own.
    statement.setEscapeProcessing(false);
    return statement;
  }

  private static boolean lost(SQLException e) {
    String state = e.getSQLState();
    return state == null || state.startsWith("08") || state.startsWith("57P");
  }

  @Override
  public void close() throws SQLException {
    if (autoCommit) {
      connection.rollback();
      connection.setAutoCommit(true);
    } else {
      connection.rollback(begin);
    }
  }
}
