package io.headrace.sink;

import io.headrace.sink.Lines.Line;
import io.headrace.wire.CopyText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One star table's staged rows, merged as far as the warehouse takes them: by halves, each in a
 * savepoint of its own, until the refused ones stand alone. In the running transaction; {@link
 * #begin} comes first and {@link #end} last.
 */
final class TableIsolation {
  private final Connection connection;
  private final Target target;
  private final ManyRows many;
  private final MergeSql sql;
  private final Map<Long, SQLException> refused = new TreeMap<>();
  private final Map<Long, Line> unread = new TreeMap<>();

  TableIsolation(Connection connection, Target target, ManyRows many) {
    this.connection = connection;
    this.target = target;
    this.many = many;
    this.sql = many.sql();
  }

  /** Leaves the last change of each key in the stage, or outside when it could not be staged. */
  void begin() throws SQLException {
    refused.clear();
    unread.clear();
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql.dropRepeats());
      statement.execute("CREATE INDEX " + indexName() + " ON " + sql.stage() + " (seq)");
      statement.execute("ANALYZE " + sql.stage());
    }
    for (ManyRows.Unread each : many.unread()) {
      if (isLast(each.line())) {
        unread.values().removeIf(earlier -> sameKey(earlier, each.line()));
        refused.keySet().retainAll(unread.keySet());
        unread.put(each.line().arrival(), each.line());
        refused.put(each.line().arrival(), each.failure());
      }
    }
  }

  private boolean sameKey(Line earlier, Line line) {
    return Arrays.equals(earlier.key(target.starTable()), line.key(target.starTable()));
  }

  /** Earlier changes of its key are forgotten. */
  private boolean isLast(Line line) throws SQLException {
    if (unread.values().stream().anyMatch(l -> sameKey(l, line) && l.arrival() > line.arrival())) {
      return false;
    }
    List<@Nullable String> key = CopyText.values(line.key(target.starTable()));
    try (PreparedStatement last = connection.prepareStatement(sql.lastArrival());
        PreparedStatement forget = connection.prepareStatement(sql.forget())) {
      for (int i = 0; i < key.size(); i++) {
        last.setString(i + 1, key.get(i));
        forget.setString(i + 1, key.get(i));
      }
      try (ResultSet row = last.executeQuery()) {
        if (row.next() && row.getLong(1) > line.arrival() && !row.wasNull()) {
          return false;
        }
      }
      forget.executeUpdate();
      return true;
    }
  }

  /**
   * Writes the rows that are.
   *
   * @param most how many refused rows to look for at most
   */
  void upsert(int most) throws SQLException {
    all(sql.upsertBetween(), most);
  }

  /** Takes the rows away that are no more. */
  void delete(int most) throws SQLException {
    all(sql.deleteBetween(), most);
  }

  private void all(String change, int most) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(change);
        PreparedStatement arrivals = connection.prepareStatement(sql.arrivalsBetween())) {
      halves(statement, arrivals, Long.MIN_VALUE, Long.MAX_VALUE, most);
    }
  }

  private void halves(
      PreparedStatement change, PreparedStatement arrivals, long from, long to, int most)
      throws SQLException {
    if (refused.size() > most) {
      return;
    }
    long first;
    long last;
    arrivals.setLong(1, from);
    arrivals.setLong(2, to);
    try (ResultSet row = arrivals.executeQuery()) {
      row.next();
      first = row.getLong(1);
      if (row.wasNull()) {
        return;
      }
      last = row.getLong(2);
    }
    SQLException failure = attempt(change, first, last);
    if (failure == null) {
      return;
    }
    if (first == last) {
      refused.put(first, failure);
      return;
    }
    long middle = first + (last - first) / 2;
    halves(change, arrivals, first, middle, most);
    halves(change, arrivals, middle + 1, last, most);
  }

  /** Returns how the rows are refused; null when they are not. */
  private @Nullable SQLException attempt(PreparedStatement change, long first, long last)
      throws SQLException {
    Savepoint before = connection.setSavepoint();
    change.setLong(1, first);
    change.setLong(2, last);
    try {
      change.executeUpdate();
      connection.releaseSavepoint(before);
      return null;
    } catch (SQLException e) {
      if (!new SqlFailure(e).ofRow()) {
        throw e;
      }
      connection.rollback(before);
      return e;
    }
  }

  /** Takes away every row that the facts do not contain, but those of refused facts. */
  void deleteOthers() throws SQLException {
    try (PreparedStatement delete = connection.prepareStatement(sql.deleteOthersBut())) {
      delete.setArray(1, connection.createArrayOf("bigint", refused.keySet().toArray()));
      delete.executeUpdate();
    } catch (SQLException e) {
      throw Refusal.of(target, null, e);
    }
  }

  /**
   * Tries the refused rows once more, now that others have changed.
   *
   * @return whether some are taken
   */
  boolean again(boolean deletes) throws SQLException {
    boolean progress = false;
    try (PreparedStatement upsert = connection.prepareStatement(sql.upsertBetween());
        PreparedStatement delete = connection.prepareStatement(sql.deleteBetween())) {
      for (long arrival : List.copyOf(refused.keySet())) {
        if (unread.containsKey(arrival)) {
          continue;
        }
        SQLException failure = attempt(upsert, arrival, arrival);
        if (failure == null && deletes) {
          failure = attempt(delete, arrival, arrival);
        }
        if (failure == null) {
          refused.remove(arrival);
          progress = true;
        } else {
          refused.put(arrival, failure);
        }
      }
    }
    return progress;
  }

  int count() {
    return refused.size();
  }

  /** What is refused for good. */
  List<Refused> refused(TableMerge self) throws SQLException {
    List<Refused> rows = new ArrayList<>();
    for (Map.Entry<Long, SQLException> each : refused.entrySet()) {
      Line line = unread.get(each.getKey());
      if (line == null) {
        line = many.line(each.getKey());
      }
      String column = Refusal.column(target, new SqlFailure(each.getValue()));
      rows.add(new Refused(self, line, line.key(target.starTable()), column, each.getValue()));
    }
    return rows;
  }

  /** Empties the stage. */
  void end() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("DROP INDEX pg_temp." + indexName());
      statement.execute("TRUNCATE " + sql.stage());
    }
  }

  private String indexName() {
    return sql.stage().substring(sql.stage().indexOf('.') + 1) + "_seq";
  }
}
