package io.headrace.sink.mart;

import io.headrace.sink.SqlFailure;
import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import io.headrace.star.Suggestion;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The marts and their refreshes, for whoever is not the scheduler: looks at them, asks for them and
 * cancels them. What is asked for is done by a {@link MartStage}, in whichever process one runs.
 */
public final class MartRuns {
  static final String APPLICATION = "headrace marts";

  /** "headmart" in ASCII: who holds this advisory lock keeps the marts. */
  private static final long ALIVE = 0x686561646d617274L;

  private static final String LIST =
      """
      SELECT v.mart, m.mart IS NOT NULL, m.schedule, m.zone, m.cut_off, t.execution_time,
        (SELECT max(state) FROM headrace.mart_refresh r
          WHERE r.mart = v.mart AND r.state IN ('waiting', 'refreshing')
            AND NOT (r.state = 'waiting' AND EXISTS (
              SELECT FROM headrace.mart_refresh o WHERE o.mart = v.mart AND o.state = 'refreshing'))),
        d.finished, d.complete_to
      FROM (
        SELECT mart FROM headrace.mart
        UNION SELECT relname::text FROM pg_class WHERE relkind = 'm' AND pg_table_is_visible(oid)) v
      LEFT JOIN headrace.mart m ON m.mart = v.mart
      LEFT JOIN headrace.scheduled_tasks t ON t.task_name = 'mart due' AND t.task_instance = v.mart
      LEFT JOIN LATERAL (
        SELECT finished, complete_to FROM headrace.mart_refresh r
        WHERE r.mart = v.mart AND state = 'done' ORDER BY finished DESC LIMIT 1) d ON true
      ORDER BY t.execution_time NULLS LAST, v.mart
      """;

  private MartRuns() {}

  /** Something to be asked of the warehouse. */
  private interface Question<T> {
    T ask(Connection connection) throws SQLException;
  }

  /** All marts, the one that is due next first. */
  public static List<MartState> list(Database warehouse) {
    return ask(
        warehouse,
        connection -> {
          List<MartState> marts = new ArrayList<>();
          try (Statement statement = connection.createStatement();
              ResultSet row = statement.executeQuery(LIST)) {
            while (row.next()) {
              marts.add(
                  new MartState(
                      row.getString(1),
                      row.getBoolean(2),
                      row.getString(3),
                      row.getString(4),
                      row.getString(5),
                      instant(row, 6),
                      row.getString(7),
                      instant(row, 8),
                      instant(row, 9)));
            }
          }
          return marts;
        });
  }

  /** Whether a {@link MartStage} runs somewhere. */
  public static boolean kept(Database warehouse) {
    return ask(
        warehouse,
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
                      + " WHERE l.locktype = 'advisory' AND l.granted AND d.datname = current_database()"
                      + " AND l.classid::bigint = ? AND l.objid::bigint = ? AND l.objsubid = 1)")) {
            select.setLong(1, ALIVE >>> Integer.SIZE);
            select.setLong(2, Integer.toUnsignedLong((int) ALIVE));
            try (ResultSet row = select.executeQuery()) {
              row.next();
              return row.getBoolean(1);
            }
          }
        });
  }

  /** Shows that somebody keeps the marts, as long as this session lasts. */
  static void showAlive(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_advisory_lock_shared(" + ALIVE + ")");
    }
  }

  /**
   * Asks for a refresh of a mart, and of those that it reads. One that waits already is joined.
   *
   * @param mart its name, with or without its schema; null: all
   * @return the numbers of what was asked for by name, in {@code headrace.mart_refresh}
   * @throws StageException when there is no such mart
   */
  public static List<Long> request(Database warehouse, @Nullable String mart, Clock clock) {
    return ask(
        warehouse,
        connection -> {
          connection.setAutoCommit(false);
          List<Long> ids = new ArrayList<>();
          for (String each : mart == null ? names(connection) : List.of(named(connection, mart))) {
            ids.add(new Asking(connection, clock).manual(each));
          }
          connection.commit();
          return ids;
        });
  }

  /**
   * Cancels what waits for a mart, or is at work. What is at work ends within seconds.
   *
   * @param mart its name, with or without its schema
   * @return how many refreshes
   * @throws StageException when there is no such mart
   */
  public static int cancel(Database warehouse, String mart) {
    return ask(
        warehouse,
        connection -> {
          try (PreparedStatement update =
              connection.prepareStatement(
                  "UPDATE headrace.mart_refresh SET cancel_wished = true,"
                      + " finished = CASE state WHEN 'waiting' THEN clock_timestamp() END,"
                      + " state = CASE state WHEN 'waiting' THEN 'cancelled' ELSE state END"
                      + " WHERE mart = ? AND state IN ('waiting', 'refreshing')")) {
            update.setString(1, named(connection, mart));
            return update.executeUpdate();
          }
        });
  }

  /** How a refresh is going; null when there is no such number. */
  public static @Nullable RefreshState state(Database warehouse, long id) {
    List<RefreshState> found = ask(warehouse, connection -> states(connection, id));
    return found.isEmpty() ? null : found.get(0);
  }

  private static List<RefreshState> states(Connection connection, long id) throws SQLException {
    List<RefreshState> states = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT id, mart, state, incomplete, complete_to, rows, rows_changed, error"
                + " FROM headrace.mart_refresh WHERE id = ?")) {
      select.setLong(1, id);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          states.add(
              new RefreshState(
                  row.getLong(1),
                  row.getString(2),
                  row.getString(3),
                  row.getBoolean(4),
                  instant(row, 5),
                  row.getObject(6, Long.class),
                  row.getObject(7, Long.class),
                  row.getString(8)));
        }
      }
    }
    return states;
  }

  private static List<String> names(Connection connection) throws SQLException {
    List<String> names = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT mart FROM headrace.mart UNION SELECT relname FROM pg_class"
                    + " WHERE relkind = 'm' AND pg_table_is_visible(oid) ORDER BY 1")) {
      while (row.next()) {
        names.add(row.getString(1));
      }
    }
    return names;
  }

  private static String named(Connection connection, String mart) throws SQLException {
    List<String> names = names(connection);
    String plain = mart.substring(mart.indexOf('.') + 1);
    if (!names.contains(plain)) {
      throw new StageException(
          StageException.Kind.SETTINGS, "There is no mart " + mart + Suggestion.of(plain, names));
    }
    return plain;
  }

  private static <T> T ask(Database warehouse, Question<T> question) {
    try (Connection connection = warehouse.connect("headrace refresh")) {
      return question.ask(connection);
    } catch (SQLException e) {
      throw new StageException(
          StageException.Kind.FAILED,
          "The marts of " + warehouse + " cannot be asked for: " + new SqlFailure(e).sentence(),
          e);
    }
  }

  private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
