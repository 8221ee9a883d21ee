package io.headrace.capture;

import io.headrace.stage.StageListener;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * The right to capture: a session-level advisory lock in the source, held as long as its connection
 * lives. The heartbeat goes over the same connection, so that a lost lock is noticed.
 */
final class Leadership implements AutoCloseable {

  /** How often a standby asks. */
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Connection connection;

  private Leadership(Connection connection) {
    this.connection = connection;
  }

  /**
   * Waits for the lock.
   *
   * @param ending asked while waiting; true ends the wait
   * @return the leadership; without the lock only when {@code ending} said so
   */
  static Leadership acquire(
      Connection connection, SourceNames names, StageListener listener, BooleanSupplier ending)
      throws SQLException, InterruptedException {
    boolean told = false;
    while (!ending.getAsBoolean() && !tryLock(connection, names.lock())) {
      if (!told) {
        listener.says(
            "Another capture is at work; this one stands by and takes over when that one ends.");
        told = true;
      }
      Thread.sleep(RETRY.toMillis());
    }
    if (told && !ending.getAsBoolean()) {
      listener.says("The other capture has ended; this one takes over.");
    }
    return new Leadership(connection);
  }

  private static boolean tryLock(Connection connection, long key) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement("SELECT pg_try_advisory_lock(?)")) {
      query.setLong(1, key);
      try (ResultSet result = query.executeQuery()) {
        result.next();
        return result.getBoolean(1);
      }
    }
  }

  /**
   * Writes to the source's log without a table: what comes back through the slot lets it move on
   * while the captured tables are idle.
   */
  void beat() throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT pg_logical_emit_message(true, 'headrace', '')")) {
      query.execute();
    }
  }

  /** Compares the source's clock with ours. */
  void measure(SourceClock clock) throws SQLException {
    clock.measure(connection);
  }

  /** Gives the lock back. */
  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
