package io.headrace.sink;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The right to write to the star: a session-level advisory lock decides who has it, and a token,
 * grown with each takeover, refuses a merge of somebody who has lost the lock without noticing.
 */
final class WriterLock {
  /** "headrace" in ASCII: the key of the advisory lock in the warehouse's database. */
  static final long KEY = 0x6865616472616365L;

  private final PreparedStatement check;
  private final long token;

  private WriterLock(PreparedStatement check, long token) {
    this.check = check;
    this.token = token;
  }

  /** Tries to get the lock for this session, without waiting. */
  static boolean tryLock(Connection connection, StarPlace place) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT pg_try_advisory_lock(" + place.key(KEY) + ")")) {
      row.next();
      boolean got = row.getBoolean(1);
      connection.commit();
      return got;
    }
  }

  /** Takes a new token, waiting for a merge of the predecessor that is still running. Commits. */
  static WriterLock takeOver(Connection connection, StarPlace place) throws SQLException {
    try (PreparedStatement take =
        connection.prepareStatement(
            "UPDATE "
                + place.own("sink")
                + " SET token = token + 1, taken_at = clock_timestamp(), taken_by = ?"
                + " RETURNING token")) {
      take.setString(1, "process " + ProcessHandle.current().pid() + " on " + host());
      try (ResultSet row = take.executeQuery()) {
        if (!row.next()) {
          throw new SQLException("headrace.sink must have one row but is empty");
        }
        long token = row.getLong(1);
        connection.commit();
        return new WriterLock(
            connection.prepareStatement(
                "SELECT FROM " + place.own("sink") + " WHERE token = ? FOR SHARE"),
            token);
      }
    }
  }

  /**
   * Holds the token until the running transaction ends.
   *
   * @throws FencedException when another sink has taken over
   */
  void hold() throws SQLException {
    check.setLong(1, token);
    try (ResultSet row = check.executeQuery()) {
      if (!row.next()) {
        throw new FencedException(token);
      }
    }
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "an unnamed host";
    }
  }

  /** Another sink has taken over; nothing of this one's running merge is kept. */
  static final class FencedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FencedException(long token) {
      super(
          "Another sink has taken over: the token "
              + token
              + " is no longer the one in headrace.sink");
    }
  }
}
