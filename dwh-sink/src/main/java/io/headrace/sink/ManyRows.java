package io.headrace.sink;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Many rows on their way into one star table: through a stage that is analyzed, with statements
 * that are planned for it.
 */
final class ManyRows {
  /** How much goes to the server in one message, in bytes. */
  private static final int SLICE = 1 << 18;

  private final Connection connection;
  private final Target target;
  private final MergeSql sql;
  private boolean repeats;
  private boolean replaces;
  private boolean hadRows;
  private long rows;
  private long gone;

  /**
   * Creates the stage. To be followed by a commit.
   *
   * @param stage a name that no other table of the session has
   */
  ManyRows(Connection connection, Target target, String stage) throws SQLException {
    this.connection = connection;
    this.target = target;
    sql = MergeSql.ofMany(target, stage);
    try (Statement create = connection.createStatement()) {
      create.execute(sql.createStage());
    }
  }

  long rows() {
    return rows;
  }

  /** Sends rows to the stage. */
  void copy(List<Lines> lines) throws SQLException {
    if (lines.isEmpty()) {
      return;
    }
    CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql.copy());
    try {
      for (Lines each : lines) {
        for (int sent = 0; sent < each.length(); sent += SLICE) {
          copy.writeToCopy(each.bytes(), sent, Math.min(SLICE, each.length() - sent));
        }
        rows += each.rows();
        gone += each.gone();
      }
      copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  /**
   * Writes what is.
   *
   * @param replace whether {@link #delete} is to take away everything else
   */
  void upsert(boolean replace) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (rows > 0) {
        statement.execute("ANALYZE " + sql.stage());
      }
      repeats = rows > 0 && isTrue(statement, sql.repeats());
      replaces = replace;
      hadRows = replace && targetHasRows();
      if (rows > gone) {
        statement.executeUpdate(sql.upsert(repeats));
      }
    }
  }

  /** Takes away what is no more, or all that the facts did not contain, and empties the stage. */
  void delete() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (hadRows) {
        statement.executeUpdate(sql.deleteOthers(repeats));
      } else if (!replaces && (gone > 0 || (rows > 0 && !sql.all()))) {
        statement.executeUpdate(sql.delete(repeats));
      }
      if (rows > 0) {
        statement.execute("TRUNCATE " + sql.stage());
      }
    }
  }

  /** The key of the staged row for which the upsert failed; null when it cannot be told. */
  @Nullable String culprit(SQLException failure) throws SQLException {
    return new Culprit(connection, sql, failure).find();
  }

  boolean targetHasRows() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return isTrue(statement, "SELECT EXISTS (SELECT FROM " + target.name().quoted() + ")");
    }
  }

  /** Forgets what was staged: the transaction is over. */
  void over() {
    rows = 0;
    gone = 0;
  }

  private static boolean isTrue(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getBoolean(1);
    }
  }
}
