package io.headrace.verify;

import io.headrace.stage.Database;
import io.headrace.stage.RunMark;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The record of one repair in the warehouse. While it is at work its session holds an advisory
 * lock, so that the next one knows which have been killed.
 */
final class RepairLog implements AutoCloseable {
  /** "repr" in ASCII. */
  private static final RunLock LOCK = new RunLock(0x72657072);

  private final Connection connection;
  private final long id;

  private RepairLog(Connection connection, long id) {
    this.connection = connection;
    this.id = id;
  }

  /**
   * Begins.
   *
   * @param verification whose findings are mended
   */
  static RepairLog begin(Database warehouse, long verification) throws SQLException {
    Connection connection = warehouse.connect("headrace repair");
    try {
      LOCK.endKilledOnes(
          connection,
          "UPDATE headrace.repair SET finished = clock_timestamp(), state = 'failed', error = 'was interrupted'",
          "state = 'running'");
      return new RepairLog(connection, insert(connection, verification));
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** In one transaction: whoever sees the row sees the lock. */
  private static long insert(Connection connection, long verification) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            WITH begun AS (INSERT INTO headrace.repair (verification) VALUES (?) RETURNING id)
            SELECT id, pg_advisory_lock(%d, id::integer) FROM begun
            """
                .formatted(LOCK.key()))) {
      insert.setLong(1, verification);
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        long id = row.getLong(1);
        RunMark.begin("repair", id);
        return id;
      }
    }
  }

  /**
   * Ends.
   *
   * @param keys how many rows it was to mend; null when it did not come so far
   * @param error what went wrong, or is still wrong; null when all is mended
   */
  void finish(@Nullable Integer keys, @Nullable String error) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            """
            UPDATE headrace.repair SET finished = clock_timestamp(), state = ?, keys = ?, error = ?
            WHERE id = ?
            """)) {
      update.setString(1, error == null ? "mended" : "failed");
      update.setObject(2, keys);
      update.setString(3, error);
      update.setLong(4, id);
      update.executeUpdate();
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
