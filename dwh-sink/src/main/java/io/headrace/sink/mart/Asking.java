package io.headrace.sink.mart;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/** Asks for refreshes: of a mart, and of those that it reads, which go before it. */
record Asking(Connection connection, Clock clock) {
  static final List<Trigger> BY_SCHEDULE = List.of(Trigger.SCHEDULE, Trigger.CATCH_UP);

  /** By schedule, once for each moment. */
  void scheduled(MartFile file, Trigger trigger, Instant due) throws SQLException {
    MartQueue queue = new MartQueue(connection);
    if (queue.knows(file.name(), BY_SCHEDULE, due)) {
      return;
    }
    MartRules rules = file.rules();
    Instant cutOff = rules.cutOff().of(due, rules.zone());
    if (rules.cutOff() == CutOff.PREVIOUS_MIDNIGHT) {
      // One that waits still is to show another midnight.
      queue.insert(file.name(), trigger, due, clock.instant(), cutOff, 1, null);
    } else {
      below(queue, file.name(), trigger, due);
      queue.ask(file.name(), trigger, due, cutOff, clock.instant(), false);
    }
  }

  /**
   * By somebody, as complete as the source is now.
   *
   * @return the row's number
   */
  long manual(String mart) throws SQLException {
    MartQueue queue = new MartQueue(connection);
    Instant now = clock.instant();
    below(queue, mart, Trigger.MANUAL, now);
    return queue.ask(mart, Trigger.MANUAL, now, now, now, false);
  }

  /** From whatever the star shows. */
  void asItStands(String mart, Trigger trigger, Instant due) throws SQLException {
    MartQueue queue = new MartQueue(connection);
    if (!queue.knows(mart, List.of(trigger), due)) {
      queue.ask(mart, trigger, due, null, clock.instant(), false);
    }
  }

  /** Those of an exact cut-off keep to it: they are refreshed by their own schedule only. */
  private void below(MartQueue queue, String mart, Trigger trigger, Instant due)
      throws SQLException {
    for (String read : MartGraph.readBy(connection, mart)) {
      if (!exact(connection, read) && !queue.knows(read, List.of(trigger), due)) {
        queue.ask(read, trigger, due, due, clock.instant(), true);
      }
    }
  }

  /** Whether a mart keeps to an exact cut-off. */
  static boolean exact(Connection connection, String mart) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT EXISTS (SELECT FROM headrace.mart WHERE mart = ? AND cut_off = ?)")) {
      select.setString(1, mart);
      select.setString(2, CutOff.PREVIOUS_MIDNIGHT.words());
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }
}
