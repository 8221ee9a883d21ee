package io.headrace.sink;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * One star table's part of the merges of a session. Few rows go through a stage that empties itself
 * at commit, with statements that are prepared once; many through one that is analyzed, with
 * statements planned for it.
 */
final class TableMerge {
  /** How much goes to the server in one message, in bytes. */
  private static final int SLICE = 1 << 18;

  private final Connection connection;
  private final Target target;
  private final int table;
  private final MergeSql few;
  private final MergeSql many;
  private final PreparedStatement upsertFew;
  private final PreparedStatement deleteFew;
  private boolean staged;
  private boolean repeats;
  private boolean replaces;
  private boolean hadRows;
  private long rows;
  private long gone;

  /**
   * Creates the stages. To be followed by a commit.
   *
   * @param table its position in the star
   */
  TableMerge(Connection connection, Target target, int table) throws SQLException {
    this.connection = connection;
    this.target = target;
    this.table = table;
    few = new MergeSql(target, "pg_temp.few_" + table);
    many = new MergeSql(target, "pg_temp.many_" + table);
    try (Statement create = connection.createStatement()) {
      create.execute(few.createStage(" ON COMMIT DELETE ROWS"));
      create.execute(many.createStage(""));
    }
    upsertFew = connection.prepareStatement(few.upsert(true));
    deleteFew = connection.prepareStatement(few.delete(true));
  }

  Target target() {
    return target;
  }

  int table() {
    return table;
  }

  long rows() {
    return rows;
  }

  /** Sends rows to the stage. */
  void copy(List<Lines> lines, boolean toMany) throws SQLException {
    if (lines.isEmpty()) {
      return;
    }
    staged |= toMany;
    CopyIn copy =
        connection.unwrap(PGConnection.class).getCopyAPI().copyIn((toMany ? many : few).copy());
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

  /** Writes what is. */
  void upsertFew() throws SQLException {
    if (rows > gone) {
      upsertFew.executeUpdate();
    }
  }

  /** Takes away what is no more. */
  void deleteFew() throws SQLException {
    if (gone > 0 || (rows > 0 && !few.all())) {
      deleteFew.executeUpdate();
    }
  }

  /**
   * Writes what is.
   *
   * @param replace whether {@link #deleteMany} is to take away everything else
   */
  void upsertMany(boolean replace) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (rows > 0) {
        statement.execute("ANALYZE " + many.stage());
      }
      repeats = rows > 0 && isTrue(statement, many.repeats());
      replaces = replace;
      hadRows = replace && targetHasRows();
      if (rows > gone) {
        statement.executeUpdate(many.upsert(repeats));
      }
    }
  }

  /** Takes away what is no more, or all that the facts did not contain, and empties the stage. */
  void deleteMany() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (hadRows) {
        statement.executeUpdate(many.deleteOthers(repeats));
      } else if (!replaces && (gone > 0 || (rows > 0 && !many.all()))) {
        statement.executeUpdate(many.delete(repeats));
      }
      if (staged) {
        statement.execute("TRUNCATE " + many.stage());
      }
    }
  }

  /** The key of the staged row for which the upsert failed; null when it cannot be told. */
  @Nullable String culpritOfFew(SQLException failure) throws SQLException {
    return new Culprit(connection, few, failure).find();
  }

  /** As {@link #culpritOfFew}. */
  @Nullable String culpritOfMany(SQLException failure) throws SQLException {
    return new Culprit(connection, many, failure).find();
  }

  boolean targetHasRows() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return isTrue(statement, "SELECT EXISTS (SELECT FROM " + target.name().quoted() + ")");
    }
  }

  /** Forgets what was staged: the transaction is over. */
  void over() {
    staged = false;
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
