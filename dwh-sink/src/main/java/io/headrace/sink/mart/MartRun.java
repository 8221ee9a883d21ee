package io.headrace.sink.mart;

import io.headrace.sink.SqlFailure;
import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import io.headrace.stage.StageListener;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does the refreshes that wait for a mart, one at a time. Nobody else does meanwhile. */
final class MartRun {
  private static final Logger LOG = LoggerFactory.getLogger(MartRun.class);

  /** "mart" in ASCII: the first half of the advisory locks' keys. */
  private static final int LOCK = 0x6d617274;

  private static final Duration AGAIN = Duration.ofMillis(500);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

  private static final String SETTINGS =
      "SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL lock_timeout = 0;"
          + " SET LOCAL statement_timeout = ";

  private final Database warehouse;
  private final Map<String, MartFile> files;
  private final Clock clock;
  private final AtWork atWork;
  private final StageListener listener;
  private final Map<String, Long> waiting = new ConcurrentHashMap<>();

  MartRun(
      Database warehouse,
      Map<String, MartFile> files,
      Clock clock,
      AtWork atWork,
      StageListener listener) {
    this.warehouse = warehouse;
    this.files = files;
    this.clock = clock;
    this.atWork = atWork;
    this.listener = listener;
  }

  /**
   * Does what can be done now.
   *
   * @return when to look again; null when nothing waits
   */
  @Nullable Instant look(String mart) throws SQLException {
    try (Connection connection = warehouse.connect("headrace mart " + mart)) {
      noticeLoss(connection);
      if (!lock(connection, mart)) {
        return clock.instant().plus(AGAIN);
      }
      MartQueue queue = new MartQueue(connection);
      for (Refresh abandoned : queue.abandoned(mart)) {
        failed(
            queue,
            abandoned,
            "Whoever was at work ended, or lost the warehouse, before it was done",
            true);
      }
      Refresh next = queue.next(mart, clock.instant());
      if (next == null) {
        return queue.nextLook(mart);
      }
      if (soonAgain(connection, queue, next)) {
        return clock.instant().plus(AGAIN);
      }
      return queue.nextLook(mart);
    }
  }

  /** Refreshes if it may; returns whether to look again soon. */
  private boolean soonAgain(Connection connection, MartQueue queue, Refresh next)
      throws SQLException {
    MartGate.Verdict verdict =
        new MartGate(next, rules(next.mart())).ask(connection, clock.instant());
    switch (verdict.answer()) {
      case WAIT -> {
        tellWait(queue, next, verdict.words());
        return true;
      }
      case TOO_LATE -> failed(queue, next, "Not refreshed, because " + verdict.words(), false);
      case GO, GO_INCOMPLETE -> {
        if (queue.begin(next.id())) {
          if (verdict.answer() == MartGate.Answer.GO_INCOMPLETE) {
            queue.log(next.id(), "WARN", "Refreshed although " + verdict.words());
          }
          return !refresh(connection, next, verdict.answer() == MartGate.Answer.GO_INCOMPLETE);
        }
      }
    }
    return false;
  }

  /** Once, though it is asked again and again. */
  private void tellWait(MartQueue queue, Refresh next, String words) throws SQLException {
    if (!Long.valueOf(next.id()).equals(waiting.put(next.mart(), next.id()))) {
      queue.log(next.id(), "INFO", "waits: " + words);
    }
  }

  /** Returns whether it was done. */
  private boolean refresh(Connection connection, Refresh next, boolean incomplete)
      throws SQLException {
    AtWork.Work work = atWork.begin(next.id(), connection);
    try {
      MartView.Filled filled = transact(connection, next, incomplete);
      tell(next, filled, incomplete);
      return true;
    } catch (SQLException | StageException e) {
      LOG.warn("a refresh was not done mart={} id={}", next.mart(), next.id(), e);
      undo(connection);
      record(next, work, e);
      return false;
    } finally {
      atWork.over(next.id());
    }
  }

  private static void undo(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      LOG.debug("the server undoes it by itself", e);
    }
  }

  /**
   * Over a connection of its own: the one before may be broken, and whoever cancels may still be
   * about to end whatever runs there.
   */
  private void record(Refresh next, AtWork.Work work, Exception why) throws SQLException {
    try (Connection connection = warehouse.connect("headrace mart " + next.mart())) {
      MartQueue queue = new MartQueue(connection);
      if (why instanceof SQLException e) {
        ended(queue, next, work, e);
      } else {
        failed(queue, next, String.valueOf(why.getMessage()), true);
      }
    } catch (SQLException e) {
      e.addSuppressed(why);
      throw e;
    }
  }

  private MartView.Filled transact(Connection connection, Refresh next, boolean incomplete)
      throws SQLException {
    connection.setAutoCommit(false);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    try (Statement statement = connection.createStatement()) {
      statement.execute(SETTINGS + rules(next.mart()).timeout().toMillis());
    }
    Shown shown = Shown.ofStar(connection);
    if (!incomplete) {
      mustStand(connection, next, shown);
    }
    for (String read : MartGraph.readBy(connection, next.mart())) {
      Shown other = Shown.ofMart(connection, read);
      shown = shown == null || other == null ? null : shown.older(other);
    }
    MartView.Filled filled = new MartView(next.mart(), files.get(next.mart())).fill(connection);
    new MartQueue(connection).done(next.id(), filled, shown, incomplete, clock.instant());
    connection.commit();
    connection.setAutoCommit(true);
    return filled;
  }

  /** The snapshot is taken: nothing may have come between it and the look of the gate. */
  private void mustStand(Connection snapshot, Refresh next, @Nullable Shown shown)
      throws SQLException {
    Instant cutOff = next.cutOff();
    if (cutOff == null || !next.exact(rules(next.mart()))) {
      return;
    }
    MartStop stop = MartStop.of(snapshot, next.mart(), cutOff);
    if (stop == null || !stop.stands(shown)) {
      throw new StageException(
          StageException.Kind.FAILED,
          "The star did not stand still before " + cutOff + " until it could be read there");
    }
  }

  private void tell(Refresh next, MartView.Filled filled, boolean incomplete) {
    listener.says(
        "The mart "
            + next.mart()
            + " has been refreshed"
            + (incomplete ? " from incomplete data" : "")
            + ": "
            + filled.rows()
            + " rows"
            + (filled.changed() == null ? "" : ", " + filled.changed() + " changed")
            + ".");
  }

  private void ended(MartQueue queue, Refresh next, AtWork.Work work, SQLException e)
      throws SQLException {
    SqlFailure failure = new SqlFailure(e);
    if (work.end() == AtWork.End.CANCELLED) {
      queue.cancelled(next.id(), clock.instant());
      tellCancelled(next);
    } else if (work.end() == AtWork.End.STOPPED) {
      queue.again(next.id(), clock.instant());
    } else if (failure.cancelled()) {
      failed(
          queue,
          next,
          "It was ended because a statement may take "
              + MartGate.words(rules(next.mart()).timeout())
              + " and took longer: "
              + failure.sentence(),
          true);
    } else {
      failed(queue, next, failure.sentence(), true);
    }
  }

  /**
   * Records it, and asks for another attempt if one is left and nobody wishes to cancel it. What
   * fills a mart first never gives up.
   */
  private void failed(MartQueue queue, Refresh next, String words, boolean again)
      throws SQLException {
    Instant now = clock.instant();
    boolean left =
        again
            && (next.trigger() == Trigger.FIRST_LOAD
                || next.attempt() <= rules(next.mart()).retries());
    MartQueue.Failed failed =
        queue.fail(next.id(), words, now, left ? now.plus(pause(next.attempt())) : null);
    if (failed == MartQueue.Failed.CANCELLED) {
      tellCancelled(next);
    } else {
      listener.says(
          "The mart "
              + next.mart()
              + " has not been refreshed: "
              + words
              + (failed == MartQueue.Failed.AGAIN ? ". It is tried again." : "."));
    }
  }

  private void tellCancelled(Refresh refresh) {
    listener.says("The refresh of the mart " + refresh.mart() + " has been cancelled.");
  }

  static Duration pause(int attempt) {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(attempt - 1, 10));
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }

  private MartRules rules(String mart) {
    MartFile file = files.get(mart);
    return file == null ? MartRules.undeclared(clock.getZone()) : file.rules();
  }

  /** A server that has lost us should not go on for nobody. Not every system's server can tell. */
  private static void noticeLoss(Connection connection) {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET client_connection_check_interval = '2s'");
    } catch (SQLException e) {
      LOG.debug("the warehouse cannot notice that its client is gone", e);
    }
  }

  /** For this session; a server may be at work for one that it has not missed yet. */
  private static boolean lock(Connection connection, String mart) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT pg_try_advisory_lock(" + LOCK + ", hashtext(?))")) {
      select.setString(1, mart);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }
}
