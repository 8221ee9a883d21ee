package io.headrace.verify;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Tells runs that are at work from those that were killed: each holds an advisory lock, in a
 * session of its own and as long as it is at work.
 *
 * @param key the first half of the lock's key; the other is the run's number
 */
record RunLock(int key) {

  /** Holds it until the session ends. */
  void hold(Connection connection, long id) throws SQLException {
    try (PreparedStatement lock = connection.prepareStatement("SELECT pg_advisory_lock(?, ?)")) {
      lock.setInt(1, key);
      lock.setInt(2, (int) id);
      lock.execute();
    }
  }

  /**
   * Ends the runs that were killed.
   *
   * @param update what is written, without a condition
   * @param running the condition of a run that has not ended
   */
  void endKilledOnes(Connection connection, String update, String running) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          update
              + " WHERE "
              + running
              + " AND NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND granted"
              + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
              + " AND classid::bigint = "
              + key
              + " AND objid::bigint = id)");
    }
  }
}
