package io.headrace.sink.mart;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A moment before which the star is to stop, for a mart that must show exactly the last commit
 * before it. It is written down long before: the sink looks at it before every merge, stops there,
 * and tells so. It stays until the refresh is done or given up, so that another attempt, or another
 * process, finds the star where it must stand; but nobody is waited for longer than the mart's
 * patience. The next one is written down meanwhile.
 *
 * @param moment by the source's clock
 * @param reached the epoch at which the star stands before it; null while it does not
 */
record MartStop(Instant moment, @Nullable Long reached) {
  private static final String SET =
      """
      INSERT INTO headrace.mart_stop (mart, moment, due, patience)
      VALUES (?, ?, ?, make_interval(secs => ?))
      ON CONFLICT (mart, moment) DO UPDATE SET due = excluded.due, patience = excluded.patience
      """;

  /** Whether a refresh by schedule, which waits or is at work, needs the star to stop there. */
  private static final String NEEDED =
      """
      EXISTS (
        SELECT FROM headrace.mart_refresh r
        WHERE r.mart = s.mart AND r.cut_off = s.moment AND r.trigger IN ('schedule', 'catch-up')
          AND r.state IN ('waiting', 'refreshing'))
      """;

  /** A moment of the schedule is asked for before the schedule's task moves on to the next. */
  private static final String END_OVER =
      """
      DELETE FROM headrace.mart_stop s
      WHERE s.due < (
          SELECT t.execution_time FROM headrace.scheduled_tasks t
          WHERE t.task_name = 'mart due' AND t.task_instance = s.mart)
        AND NOT
      """
          + NEEDED;

  private static final String END_OTHERS =
      "DELETE FROM headrace.mart_stop s WHERE s.mart = ? AND s.moment <> ? AND NOT " + NEEDED;

  /** For a moment of a mart's schedule, where the mart must show the midnight before it. */
  static void set(Connection connection, MartFile file, Instant due) throws SQLException {
    if (file.rules().cutOff() != CutOff.PREVIOUS_MIDNIGHT) {
      return;
    }
    try (PreparedStatement insert = connection.prepareStatement(SET)) {
      insert.setString(1, file.name());
      insert.setObject(2, MartQueue.at(moment(file, due)));
      insert.setObject(3, MartQueue.at(due));
      insert.setDouble(4, file.rules().patience().toMillis() / 1000.0);
      insert.executeUpdate();
    }
  }

  private static Instant moment(MartFile file, Instant due) {
    return file.rules().cutOff().of(due, file.rules().zone());
  }

  /** Takes away those of all marts whose refresh is done or given up. */
  static void endOver(Connection connection) throws SQLException {
    try (PreparedStatement delete = connection.prepareStatement(END_OVER)) {
      delete.executeUpdate();
    }
  }

  /** Takes away what another schedule has left, apart from what a refresh still needs. */
  static void endOthers(Connection connection, MartFile file, Instant due) throws SQLException {
    try (PreparedStatement delete = connection.prepareStatement(END_OTHERS)) {
      delete.setString(1, file.name());
      delete.setObject(2, MartQueue.at(moment(file, due)));
      delete.executeUpdate();
    }
  }

  /** Takes away all of a mart. */
  static void clear(Connection connection, String mart) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM headrace.mart_stop WHERE mart = ?")) {
      delete.setString(1, mart);
      delete.executeUpdate();
    }
  }

  /** A mart's, before a moment; null when it has none. */
  static @Nullable MartStop of(Connection connection, String mart, Instant moment)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT reached_epoch FROM headrace.mart_stop WHERE mart = ? AND moment = ?")) {
      select.setString(1, mart);
      select.setObject(2, MartQueue.at(moment));
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? new MartStop(moment, row.getObject(1, Long.class)) : null;
      }
    }
  }

  /** Whether the star stands before it and shows the last epoch there. */
  boolean stands(@Nullable Shown star) {
    return reached != null
        && star != null
        && star.epoch() == reached
        && star.committed().isBefore(moment);
  }
}
