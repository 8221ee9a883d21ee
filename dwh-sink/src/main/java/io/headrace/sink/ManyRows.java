package io.headrace.sink;

import io.headrace.wire.CopyText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Many rows on their way into one star table: through a stage that is analyzed, with statements
 * that are planned for it.
 */
final class ManyRows {
  /** How much goes to the server in one message, in bytes. */
  private static final int SLICE = 1 << 18;

  /** What stands before the inputs in a line of a staged row: {@code t} or {@code f}, and a tab. */
  private static final int GONE_FIELD = 2;

  private final Connection connection;
  private final Target target;
  private final MergeSql sql;
  private boolean repeats;
  private boolean replaces;
  private boolean hadRows;
  private long rows;
  private long gone;
  private final List<Unread> unread = new ArrayList<>();

  /** A line that the warehouse does not take into the stage. */
  record Unread(Lines.Line line, SQLException failure) {}

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

  MergeSql sql() {
    return sql;
  }

  /** The lines that could not be staged. */
  List<Unread> unread() {
    return unread;
  }

  long rows() {
    return rows;
  }

  /**
   * Sends rows to the stage. Lines that are no rows stay outside.
   *
   * @param most how many of those there may be
   * @throws StageException when there are more, or the warehouse does not say which
   */
  void copy(List<Lines> lines, int most) throws SQLException {
    if (lines.isEmpty()) {
      return;
    }
    Savepoint before = connection.setSavepoint();
    long rowsBefore = rows;
    long goneBefore = gone;
    try {
      copy(lines);
      connection.releaseSavepoint(before);
    } catch (SQLException e) {
      if (!new SqlFailure(e).ofRow()) {
        throw Refusal.of(target, null, e);
      }
      connection.rollback(before);
      rows = rowsBefore;
      gone = goneBefore;
      List<Lines.Line> each = new ArrayList<>();
      lines.forEach(some -> some.forEach(each::add));
      copyAround(each, e, most);
    }
  }

  /** Goes on before and after the lines that are refused. */
  private void copyAround(List<Lines.Line> lines, SQLException first, int most)
      throws SQLException {
    List<Lines.Line> rest = lines;
    SQLException failure = first;
    while (true) {
      int line = new SqlFailure(failure).copyLine();
      if (line < 1 || line > rest.size() || !new SqlFailure(failure).ofRow()) {
        throw Refusal.of(target, Refusal.column(target, new SqlFailure(failure)), failure);
      }
      unread.add(new Unread(rest.get(line - 1), failure));
      if (unread.size() > most) {
        return;
      }
      copy(List.of(together(rest.subList(0, line - 1))));
      rest = rest.subList(line, rest.size());
      Savepoint before = connection.setSavepoint();
      long rowsBefore = rows;
      long goneBefore = gone;
      try {
        copy(List.of(together(rest)));
        connection.releaseSavepoint(before);
        return;
      } catch (SQLException e) {
        if (!new SqlFailure(e).ofRow()) {
          throw e;
        }
        connection.rollback(before);
        rows = rowsBefore;
        gone = goneBefore;
        failure = e;
      }
    }
  }

  private static Lines together(List<Lines.Line> lines) {
    Lines together = new Lines();
    lines.forEach(together::add);
    return together;
  }

  private void copy(List<Lines> lines) throws SQLException {
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
        statement.execute(sql.analyze());
      }
      repeats = rows > 0 && isTrue(statement, sql.repeats());
      replaces = replace;
      hadRows = replace && targetHasRows();
      if (rows > gone) {
        statement.executeUpdate(sql.upsert(repeats));
      }
    }
  }

  /** Takes away what is no more, or all that the facts did not contain. */
  void delete() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (hadRows) {
        statement.executeUpdate(sql.deleteOthers(repeats));
      } else if (!replaces && (gone > 0 || (rows > 0 && !sql.all()))) {
        statement.executeUpdate(sql.delete(repeats));
      }
    }
  }

  /** Empties the stage. */
  void empty() throws SQLException {
    if (rows > 0) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("TRUNCATE " + sql.stage());
      }
    }
  }

  /** A staged row. */
  Lines.Line line(long arrival) throws SQLException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql.copyOut(arrival), out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] line = out.toByteArray();
    return new Lines.Line(
        arrival, line[0] == 't', Arrays.copyOfRange(line, GONE_FIELD, line.length - 1));
  }

  /**
   * Of some keys, those of which rows are staged.
   *
   * @param keys as COPY text
   * @return their places, from 0
   */
  Set<Integer> touched(List<byte[]> keys) throws SQLException {
    Set<Integer> places = new HashSet<>();
    int columns = target.starTable().key().size();
    try (PreparedStatement select = connection.prepareStatement(sql.touched())) {
      for (int c = 0; c < columns; c++) {
        int column = c;
        Object[] texts = keys.stream().map(k -> CopyText.values(k).get(column)).toArray();
        select.setArray(c + 1, connection.createArrayOf("text", texts));
      }
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          places.add(row.getInt(1) - 1);
        }
      }
    }
    for (Unread each : unread) {
      byte[] key = each.line().key(target.starTable());
      for (int i = 0; i < keys.size(); i++) {
        if (Arrays.equals(keys.get(i), key)) {
          places.add(i);
        }
      }
    }
    return places;
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
    unread.clear();
  }

  private static boolean isTrue(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getBoolean(1);
    }
  }
}
