package io.headrace.sink.mart;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a mart may be refreshed: only from complete data, and after the marts that it reads. */
record MartGate(Refresh refresh, MartRules rules) {

  /** What it says. */
  enum Answer {
    GO,
    /** What it waits for has not come within the limit; it is allowed to go without. */
    GO_INCOMPLETE,
    WAIT,
    TOO_LATE
  }

  /**
   * The answer.
   *
   * @param words what is waited for; empty to go
   */
  record Verdict(Answer answer, String words) {}

  Verdict ask(Connection connection, Instant now) throws SQLException {
    List<String> read = MartGraph.readBy(connection, refresh.mart());
    List<String> open = new MartQueue(connection).open(read, refresh.due());
    String missing =
        open.isEmpty()
            ? missing(connection, Shown.ofStar(connection))
            : "it reads " + String.join(", ", open) + ", whose refresh is not done";
    if (missing != null && passed(connection)) {
      return late(
          "the star had gone past " + refresh.cutOff() + " before anybody could read it there");
    }
    if (missing != null) {
      Duration waited = Duration.between(refresh.since(), now);
      return waited.compareTo(rules.patience()) < 0
          ? new Verdict(Answer.WAIT, missing)
          : late(missing + "; waited " + words(rules.patience()));
    }
    String old = old(connection, read);
    return old == null ? new Verdict(Answer.GO, "") : late(old);
  }

  /** What it reads and what was not brought up to the cut-off: nobody will do that any more. */
  private @Nullable String old(Connection connection, List<String> read) throws SQLException {
    Instant cutOff = refresh.cutOff();
    for (String mart : read) {
      if (cutOff != null && !Asking.exact(connection, mart)) {
        Shown shown = Shown.ofMart(connection, mart);
        if (shown == null || shown.committed().isBefore(cutOff)) {
          return "it reads "
              + mart
              + ", which must show all that the source committed until "
              + cutOff
              + " but shows it until "
              + (shown == null ? "an unknown moment" : shown.committed());
        }
      }
    }
    return null;
  }

  private Verdict late(String words) {
    return new Verdict(rules.lateIsIncomplete() ? Answer.GO_INCOMPLETE : Answer.TOO_LATE, words);
  }

  private boolean passed(Connection connection) throws SQLException {
    Shown star = Shown.ofStar(connection);
    return refresh.exact(rules)
        && star != null
        && refresh.cutOff() != null
        && !star.committed().isBefore(refresh.cutOff());
  }

  private @Nullable String missing(Connection connection, @Nullable Shown star)
      throws SQLException {
    Instant cutOff = refresh.cutOff();
    if (star == null) {
      return "the star shows nothing yet";
    }
    if (cutOff != null && refresh.exact(rules)) {
      MartStop stop = MartStop.of(connection, refresh.mart(), cutOff);
      return stop != null && stop.stands(star)
          ? null
          : "the star must stand at the source's last commit before "
              + cutOff
              + " but shows it until "
              + star.committed();
    }
    return cutOff == null || !star.committed().isBefore(cutOff)
        ? null
        : "the star must show all that the source committed until "
            + cutOff
            + " but shows it until "
            + star.committed();
  }

  /** {@code 90s}, {@code 15m}, {@code 1h}: as files have it. */
  static String words(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds % 3600 == 0) {
      return seconds / 3600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }
}
