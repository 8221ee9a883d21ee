package io.headrace.sink.freshness;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * How far a server's clock is ahead of this process's.
 *
 * @param ahead the middle of what is possible
 * @param bound the truth is at most so far from it: half the time of the quickest question
 */
record ServerClock(Duration ahead, Duration bound) {
  private static final int QUESTIONS = 5;

  /** This process's clock, which no one sets while something is measured with it. */
  static final class Steady {
    private final Instant began = Instant.now();
    private final long nanos = System.nanoTime();

    Instant now() {
      return began.plusNanos(System.nanoTime() - nanos);
    }

    Instant began() {
      return began;
    }
  }

  /** Asks some times and takes the answer that was quickest. The connection is in autocommit. */
  static ServerClock measure(Connection server, Steady ours) throws SQLException {
    ServerClock best = null;
    try (PreparedStatement query = server.prepareStatement("SELECT clock_timestamp()")) {
      for (int i = 0; i < QUESTIONS; i++) {
        ServerClock next = ask(query, ours);
        best = best == null || next.bound.compareTo(best.bound) < 0 ? next : best;
      }
    }
    if (best == null) {
      throw new IllegalStateException("no question was asked");
    }
    return best;
  }

  private static ServerClock ask(PreparedStatement query, Steady ours) throws SQLException {
    Instant asked = ours.now();
    try (ResultSet row = query.executeQuery()) {
      row.next();
      Instant theirs = row.getObject(1, OffsetDateTime.class).toInstant();
      Duration half = Duration.between(asked, ours.now()).dividedBy(2);
      // What the server truncates to microseconds.
      return new ServerClock(Duration.between(asked.plus(half), theirs), half.plusNanos(1_000));
    }
  }
}
