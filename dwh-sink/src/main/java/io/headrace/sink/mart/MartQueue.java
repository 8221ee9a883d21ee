package io.headrace.sink.mart;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The refreshes that were asked for, in {@code headrace.mart_refresh}: who asks writes a row, the
 * scheduler takes the rows of a mart one after the other. A connection in autocommit, or a
 * transaction of its caller's.
 */
final class MartQueue {
  private static final String JOIN =
      """
      UPDATE headrace.mart_refresh SET cut_off = greatest(cut_off, ?), not_before = least(not_before, ?)
      WHERE id = (
        SELECT id FROM headrace.mart_refresh
        WHERE mart = ? AND state = 'waiting' AND (trigger = ? OR ?) ORDER BY id LIMIT 1)
        AND state = 'waiting'
      RETURNING id
      """;

  private static final String INSERT =
      """
      INSERT INTO headrace.mart_refresh (mart, trigger, due, started, cut_off, attempt, not_before)
      VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id
      """;

  private static final String KNOWN =
      "SELECT EXISTS (SELECT FROM headrace.mart_refresh WHERE mart = ? AND trigger = ANY (?) AND due = ?)";

  private static final String NEXT =
      """
      SELECT id, mart, trigger, due, greatest(started, not_before), cut_off, attempt
      FROM headrace.mart_refresh
      WHERE mart = ? AND state = 'waiting' AND coalesce(not_before, ?) <= ?
      ORDER BY due, id LIMIT 1
      """;

  private static final String FAIL =
      """
      WITH ended AS (
        UPDATE headrace.mart_refresh SET state = CASE WHEN cancel_wished THEN 'cancelled' ELSE 'failed' END,
          error = CASE WHEN NOT cancel_wished THEN ? END, finished = ?
        WHERE id = ? AND state IN ('waiting', 'refreshing')
        RETURNING mart, trigger, due, cut_off, attempt, state),
      again AS (
        INSERT INTO headrace.mart_refresh (mart, trigger, due, started, cut_off, attempt, not_before)
        SELECT mart, trigger, due, ?, cut_off, attempt + 1, ?::timestamptz FROM ended WHERE state = 'failed' AND ?)
      SELECT state FROM ended
      """;

  private final Connection connection;

  MartQueue(Connection connection) {
    this.connection = connection;
  }

  /**
   * Asks for a refresh. One that waits already for the same reason is joined; another attempt that
   * would wait longer waits no more.
   *
   * @param anyReason whether one that waits for another reason will do as well
   * @return the row's number
   */
  long ask(
      String mart,
      Trigger trigger,
      Instant due,
      @Nullable Instant cutOff,
      Instant now,
      boolean anyReason)
      throws SQLException {
    try (PreparedStatement join = connection.prepareStatement(JOIN)) {
      join.setObject(1, at(cutOff));
      join.setObject(2, at(now));
      join.setString(3, mart);
      join.setString(4, trigger.words());
      join.setBoolean(5, anyReason);
      try (ResultSet row = join.executeQuery()) {
        if (row.next()) {
          return row.getLong(1);
        }
      }
    }
    return insert(mart, trigger, due, now, cutOff, 1, null);
  }

  /** Writes one that waits for its moment. */
  long insert(
      String mart,
      Trigger trigger,
      Instant due,
      Instant now,
      @Nullable Instant cutOff,
      int attempt,
      @Nullable Instant notBefore)
      throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setString(1, mart);
      insert.setString(2, trigger.words());
      insert.setObject(3, at(due));
      insert.setObject(4, at(now));
      insert.setObject(5, at(cutOff));
      insert.setInt(6, attempt);
      insert.setObject(7, at(notBefore));
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  /** Whether one was ever asked for, for one of these reasons and this moment. */
  boolean knows(String mart, List<Trigger> triggers, Instant due) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(KNOWN)) {
      select.setString(1, mart);
      select.setArray(
          2, connection.createArrayOf("text", triggers.stream().map(Trigger::words).toArray()));
      select.setObject(3, at(due));
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /** The one whose turn it is; null when none may begin yet. */
  @Nullable Refresh next(String mart, Instant now) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(NEXT)) {
      select.setString(1, mart);
      select.setObject(2, at(now));
      select.setObject(3, at(now));
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          return null;
        }
        return refresh(row);
      }
    }
  }

  /** When the first may begin that waits for a moment; null when none waits. */
  @Nullable Instant nextLook(String mart) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT min(coalesce(not_before, started)) FROM headrace.mart_refresh"
                + " WHERE mart = ? AND state = 'waiting'")) {
      select.setString(1, mart);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getString(1) == null ? null : instant(row, 1);
      }
    }
  }

  /** The marts for which something waits, or is at work or was so when its process died. */
  List<String> open() throws SQLException {
    List<String> marts = new ArrayList<>();
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT DISTINCT mart FROM headrace.mart_refresh WHERE state IN ('waiting', 'refreshing') ORDER BY mart");
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        marts.add(row.getString(1));
      }
    }
    return marts;
  }

  /** Those of these marts that wait or are at work, for a moment up to this one. */
  List<String> open(List<String> marts, Instant due) throws SQLException {
    List<String> open = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT DISTINCT mart FROM headrace.mart_refresh"
                + " WHERE mart = ANY (?) AND state IN ('waiting', 'refreshing') AND due <= ?")) {
      select.setArray(1, connection.createArrayOf("text", marts.toArray()));
      select.setObject(2, at(due));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          open.add(row.getString(1));
        }
      }
    }
    return open;
  }

  /** Takes one that waits to work. Returns whether it still waited. */
  boolean begin(long id) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE headrace.mart_refresh SET state = 'refreshing' WHERE id = ? AND state = 'waiting'")) {
      update.setLong(1, id);
      return update.executeUpdate() == 1;
    }
  }

  /**
   * Lets one wait again, at whose work the scheduler was stopped, unless it was to be cancelled.
   */
  void again(long id, Instant now) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE headrace.mart_refresh SET state = CASE WHEN cancel_wished THEN 'cancelled' ELSE 'waiting' END,"
                + " finished = CASE WHEN cancel_wished THEN ?::timestamptz END"
                + " WHERE id = ? AND state = 'refreshing'")) {
      update.setObject(1, at(now));
      update.setLong(2, id);
      update.executeUpdate();
    }
  }

  /** Ends one that somebody has cancelled. */
  void cancelled(long id, Instant now) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE headrace.mart_refresh SET state = 'cancelled', finished = ?"
                + " WHERE id = ? AND state IN ('waiting', 'refreshing')")) {
      update.setObject(1, at(now));
      update.setLong(2, id);
      update.executeUpdate();
    }
  }

  /** What has become of one that was not done. */
  enum Failed {
    /** Another attempt waits. */
    AGAIN,
    FOR_GOOD,
    /** Somebody had wished so. */
    CANCELLED
  }

  /**
   * Ends one that was not done, and asks for another attempt, at once: between the two nobody could
   * cancel it.
   *
   * @param again when to try again; null: not at all
   */
  Failed fail(long id, String error, Instant now, @Nullable Instant again) throws SQLException {
    try (PreparedStatement fail = connection.prepareStatement(FAIL)) {
      fail.setString(1, error);
      fail.setObject(2, at(now));
      fail.setLong(3, id);
      fail.setObject(4, at(now));
      fail.setObject(5, at(again));
      fail.setBoolean(6, again != null);
      try (ResultSet row = fail.executeQuery()) {
        boolean cancelled = row.next() && row.getString(1).equals("cancelled");
        return cancelled ? Failed.CANCELLED : again == null ? Failed.FOR_GOOD : Failed.AGAIN;
      }
    }
  }

  /** Ends one that was done, in the transaction that did it. */
  void done(long id, MartView.Filled filled, @Nullable Shown shown, boolean incomplete, Instant now)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE headrace.mart_refresh SET state = 'done', finished = ?, incomplete = ?, complete_to = ?,"
                + " epoch = ?, lsn = ?::pg_lsn, rows = ?, rows_changed = ? WHERE id = ?")) {
      update.setObject(1, at(now));
      update.setBoolean(2, incomplete);
      update.setObject(3, shown == null ? null : at(shown.committed()));
      update.setObject(4, shown == null ? null : shown.epoch());
      update.setObject(5, shown == null ? null : shown.lsn().toString());
      update.setLong(6, filled.rows());
      update.setObject(7, filled.changed());
      update.setLong(8, id);
      update.executeUpdate();
    }
  }

  /** Those at whose work a process died: nobody else is at work for the mart. */
  List<Refresh> abandoned(String mart) throws SQLException {
    List<Refresh> abandoned = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT id, mart, trigger, due, started, cut_off, attempt FROM headrace.mart_refresh"
                + " WHERE mart = ? AND state = 'refreshing'")) {
      select.setString(1, mart);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          abandoned.add(refresh(row));
        }
      }
    }
    return abandoned;
  }

  /** Writes a line into a run's log. */
  void log(long id, String level, String words) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO headrace.run_log (kind, run, level, words) VALUES ('refresh', ?, ?, ?)")) {
      insert.setString(1, Long.toString(id));
      insert.setString(2, level);
      insert.setString(3, words);
      insert.executeUpdate();
    }
  }

  private static Refresh refresh(ResultSet row) throws SQLException {
    return new Refresh(
        row.getLong(1),
        row.getString(2),
        Trigger.of(row.getString(3)),
        instant(row, 4),
        instant(row, 5),
        row.getString(6) == null ? null : instant(row, 6),
        row.getInt(7));
  }

  static @Nullable OffsetDateTime at(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  static Instant instant(ResultSet row, int column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
