package io.headrace.sink.mart;

import io.headrace.sink.FirstLoad;
import io.headrace.sink.SqlFailure;
import io.headrace.stage.StageException;
import io.headrace.stage.StageListener;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Brings the warehouse to what the marts' files say, and finds what is to be done besides. */
final class MartPlan {
  private static final String REMEMBER =
      """
      INSERT INTO headrace.mart (mart, schedule, zone, cut_off, retries, seen) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (mart) DO UPDATE SET schedule = excluded.schedule, zone = excluded.zone,
        cut_off = excluded.cut_off, retries = excluded.retries, seen = excluded.seen
      """;

  private static final String LOADED =
      """
      SELECT l.generation, l.loaded_at FROM headrace.first_load l JOIN headrace.position p USING (generation)
      WHERE l.marts_filled IS NULL
      """;

  private static final String UNFILLED =
      """
      SELECT EXISTS (
        SELECT FROM unnest(?::text[]) AS mart WHERE NOT EXISTS (
          SELECT FROM headrace.mart_refresh r
          WHERE r.mart = mart.mart AND r.trigger = 'first load' AND r.due = ? AND r.state IN ('done', 'cancelled')))
      """;

  private final Map<String, MartFile> files;
  private final Clock clock;
  private final StageListener listener;

  MartPlan(Map<String, MartFile> files, Clock clock, StageListener listener) {
    this.files = files;
    this.clock = clock;
    this.listener = listener;
  }

  /** Creates the marts that are not there, and plans all. */
  void bring(Connection connection, MartScheduler scheduler) throws SQLException {
    connection.setAutoCommit(false);
    create(connection);
    connection.commit();
    connection.setAutoCommit(true);
    for (String gone : known(connection)) {
      if (!files.containsKey(gone)) {
        scheduler.unplan(gone);
        MartStop.clear(connection, gone);
        forget(connection, gone);
        listener.says(
            "The mart "
                + gone
                + " has no file any more: it stays, but is only refreshed when asked for.");
      }
    }
    for (MartFile file : files.values()) {
      plan(connection, scheduler, file);
    }
  }

  /**
   * A file's SQL that is refused need not be wrong: it may be that of a star to come. Each refresh
   * of such a mart says so, too.
   */
  private void create(Connection connection) throws SQLException {
    List<MartFile> left = new ArrayList<>(files.values());
    boolean created = true;
    while (created && !left.isEmpty()) {
      created = left.removeIf(file -> stands(connection, file, false));
    }
    for (MartFile file : left) {
      stands(connection, file, true);
    }
  }

  /** One may read another that is created later. */
  private boolean stands(Connection connection, MartFile file, boolean tell) {
    try {
      Savepoint before = connection.setSavepoint();
      try {
        MartView view = new MartView(file.name(), file);
        if (!view.create(connection) && view.differs(connection)) {
          new Asking(connection, clock)
              .asItStands(file.name(), Trigger.NEW_DEFINITION, clock.instant());
        }
        return true;
      } catch (SQLException e) {
        connection.rollback(before);
        if (new SqlFailure(e).passes()) {
          throw e;
        }
        return refused(file, tell, new SqlFailure(e).sentence());
      } catch (StageException e) {
        connection.rollback(before);
        return refused(file, tell, e.getMessage());
      }
    } catch (SQLException e) {
      throw new StageException(
          StageException.Kind.FAILED,
          "The mart " + file.name() + " cannot be looked at: " + new SqlFailure(e).sentence(),
          e);
    }
  }

  private boolean refused(MartFile file, boolean tell, @Nullable String why) {
    if (tell) {
      listener.says(
          "The mart " + file.name() + " is not as " + file.file().path() + " says: " + why);
    }
    return false;
  }

  private void plan(Connection connection, MartScheduler scheduler, MartFile file)
      throws SQLException {
    MartSchedule schedule = file.rules().schedule();
    boolean anew = !Objects.equals(planned(connection, file.name()), text(file));
    if (schedule == null) {
      scheduler.unplan(file.name());
    } else {
      scheduler.plan(file.name(), schedule, anew);
    }
    Instant due = schedule == null ? null : scheduler.due(file.name(), schedule);
    if (due == null || file.rules().cutOff() != CutOff.PREVIOUS_MIDNIGHT) {
      MartStop.clear(connection, file.name());
    } else {
      MartStop.set(connection, file, due);
      MartStop.endOthers(connection, file, due);
    }
    remember(connection, file);
  }

  private static @Nullable String text(MartFile file) {
    MartSchedule schedule = file.rules().schedule();
    return schedule == null ? null : schedule.toString();
  }

  private static @Nullable String planned(Connection connection, String mart) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT schedule || ' ' || zone FROM headrace.mart WHERE mart = ?")) {
      select.setString(1, mart);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getString(1) : null;
      }
    }
  }

  private void remember(Connection connection, MartFile file) throws SQLException {
    MartRules rules = file.rules();
    try (PreparedStatement insert = connection.prepareStatement(REMEMBER)) {
      insert.setString(1, file.name());
      insert.setString(2, rules.schedule() == null ? null : rules.schedule().cron());
      insert.setString(3, rules.zone().getId());
      insert.setString(4, rules.cutOff().words());
      insert.setInt(5, rules.retries());
      insert.setObject(6, MartQueue.at(clock.instant()));
      insert.executeUpdate();
    }
  }

  private static List<String> known(Connection connection) throws SQLException {
    List<String> known = new ArrayList<>();
    try (PreparedStatement select =
            connection.prepareStatement("SELECT mart FROM headrace.mart ORDER BY mart");
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        known.add(row.getString(1));
      }
    }
    return known;
  }

  private static void forget(Connection connection, String mart) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM headrace.mart WHERE mart = ?")) {
      delete.setString(1, mart);
      delete.executeUpdate();
    }
  }

  /** Asks for all marts when the star has been loaded whole, and notes when all are filled. */
  void fillAfterFirstLoad(Connection connection) throws SQLException {
    String generation;
    Instant loaded;
    try (PreparedStatement select = connection.prepareStatement(LOADED);
        ResultSet row = select.executeQuery()) {
      if (!row.next()) {
        return;
      }
      generation = row.getString(1);
      loaded = MartQueue.instant(row, 2);
    }
    Set<String> marts = new TreeSet<>(MartGraph.all(connection));
    marts.addAll(files.keySet());
    for (String mart : marts) {
      new Asking(connection, clock).asItStands(mart, Trigger.FIRST_LOAD, loaded);
    }
    if (!unfilled(connection, marts, loaded)) {
      FirstLoad.martsFilled(connection, generation);
    }
  }

  private static boolean unfilled(Connection connection, Set<String> marts, Instant loaded)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(UNFILLED)) {
      select.setArray(1, connection.createArrayOf("text", marts.toArray()));
      select.setObject(2, MartQueue.at(loaded));
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }
}
