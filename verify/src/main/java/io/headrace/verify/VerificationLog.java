package io.headrace.verify;

import io.headrace.stage.Database;
import io.headrace.stage.RunMark;
import io.headrace.stage.StageException;
import io.headrace.wire.EpochMark;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The record of comparisons that the warehouse keeps. */
final class VerificationLog {
  /** "verf" in ASCII. */
  private static final RunLock LOCK = new RunLock(0x76657266);

  private final Database warehouse;

  VerificationLog(Database warehouse) {
    this.warehouse = warehouse;
  }

  /**
   * A run that has begun. It is at work as long as this is open.
   *
   * @param id its number
   */
  record Begun(long id, Connection connection) implements AutoCloseable {
    @Override
    public void close() throws SQLException {
      RunMark.end("verify", id);
      connection.close();
    }
  }

  /** Begins a run that counts as not finished until it is told how it ended. */
  Begun begin(String method, String scope, String generation) throws SQLException {
    Connection connection = connect();
    try {
      LOCK.endKilledOnes(
          connection,
          "UPDATE headrace.verification SET finished = clock_timestamp(), result = 'failed', error = 'was interrupted'",
          "finished IS NULL");
      connection.setAutoCommit(false); // whoever sees the row sees the lock
      long id = insert(connection, method, scope, generation);
      LOCK.hold(connection, id);
      connection.commit();
      connection.setAutoCommit(true);
      RunMark.begin("verify", id);
      return new Begun(id, connection);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private static long insert(Connection connection, String method, String scope, String generation)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO headrace.verification (method, scope, generation) VALUES (?, ?::jsonb, ?)
            RETURNING id
            """)) {
      insert.setString(1, method);
      insert.setString(2, scope);
      insert.setString(3, generation);
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  /** Writes down what it found, all in one transaction. */
  void finish(VerificationReport report) throws SQLException {
    try (Connection connection = connect()) {
      connection.setAutoCommit(false);
      tables(connection, report);
      differences(connection, report);
      result(connection, report);
      connection.commit();
    }
  }

  private static void tables(Connection connection, VerificationReport report) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO headrace.verification_table
            VALUES (?, ?, ?, ?, ?, ?, ?, ? * interval '1 millisecond')
            """)) {
      for (TableResult table : report.tables()) {
        insert.setLong(1, report.id());
        insert.setString(2, table.table());
        insert.setLong(3, table.equal());
        insert.setLong(4, table.different());
        insert.setLong(5, table.missing());
        insert.setLong(6, table.extra());
        insert.setLong(7, table.undecided());
        insert.setLong(8, table.took().toMillis());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static void differences(Connection connection, VerificationReport report)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO headrace.verification_difference VALUES (?, ?, ?::jsonb, ?)")) {
      for (Difference difference : report.differences()) {
        insert.setLong(1, report.id());
        insert.setString(2, difference.table());
        insert.setString(3, Json.key(difference));
        insert.setString(4, difference.kind().word());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static void result(Connection connection, VerificationReport report) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            """
            UPDATE headrace.verification
               SET finished = clock_timestamp(), result = ?, rows = ?, differences = ?,
                   first_epoch = ?, first_lsn = ?::pg_lsn, first_committed = ?::timestamptz,
                   epoch = ?, lsn = ?::pg_lsn, committed = ?::timestamptz
             WHERE id = ?
            """)) {
      update.setString(1, report.result());
      update.setLong(2, report.rows());
      update.setLong(3, report.different());
      position(update, 4, report.first());
      position(update, 7, report.last());
      update.setLong(10, report.id());
      update.executeUpdate();
    }
  }

  private static void position(PreparedStatement update, int at, @Nullable EpochMark mark)
      throws SQLException {
    if (mark == null) {
      update.setNull(at, Types.BIGINT);
      update.setNull(at + 1, Types.VARCHAR);
      update.setNull(at + 2, Types.VARCHAR);
    } else {
      update.setLong(at, mark.number());
      update.setString(at + 1, mark.lsn().toString());
      update.setString(at + 2, mark.committed().toString());
    }
  }

  /** Writes down that it could not be done. */
  void fail(long id, String error) throws SQLException {
    try (Connection connection = connect();
        PreparedStatement update =
            connection.prepareStatement(
                """
                UPDATE headrace.verification
                   SET finished = clock_timestamp(), result = 'failed', error = ? WHERE id = ?
                """)) {
      update.setString(1, error);
      update.setLong(2, id);
      update.executeUpdate();
    }
  }

  /**
   * The last run over the live star that came to its end.
   *
   * @param whole whether it must have compared all rows of all tables
   * @return null when there is none
   */
  @Nullable Long last(boolean whole) throws SQLException {
    try (Connection connection = connect();
        PreparedStatement select =
            connection.prepareStatement(
                """
                SELECT id FROM headrace.verification
                 WHERE result IN ('equal', 'different', 'undecided') AND NOT scope ?? 'schema' AND NOT scope ?? 'keys'
                   AND (NOT ? OR NOT scope ?? 'where' AND NOT scope ?? 'sample'
                     AND jsonb_array_length(scope -> 'tables') >= (SELECT count(*) FROM headrace.star))
                 ORDER BY id DESC LIMIT 1
                """)) {
      select.setBoolean(1, whole);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getLong(1) : null;
      }
    }
  }

  /**
   * The keys that a run found to differ, or could not decide about.
   *
   * @throws StageException when there is no such run, or it came to no result
   */
  List<Found> found(long id) throws SQLException {
    try (Connection connection = connect()) {
      mustHaveEnded(connection, id);
      List<Found> found = new ArrayList<>();
      try (PreparedStatement select =
          connection.prepareStatement(
              "SELECT star_table, key FROM headrace.verification_difference WHERE verification = ?")) {
        select.setLong(1, id);
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            found.add(new Found(row.getString(1), Json.fields(row.getString(2))));
          }
        }
      }
      return found;
    }
  }

  /** How many differences a run has found beyond those that it kept. */
  long left(long id) throws SQLException {
    try (Connection connection = connect();
        PreparedStatement select =
            connection.prepareStatement(
                """
                SELECT greatest(0, v.differences - (SELECT count(*) FROM headrace.verification_difference d
                                                     WHERE d.verification = v.id))
                  FROM headrace.verification v WHERE v.id = ?
                """)) {
      select.setLong(1, id);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getLong(1) : 0;
      }
    }
  }

  /**
   * A row that was found to differ.
   *
   * @param table the star table
   * @param key its key's values by column
   */
  record Found(String table, Map<String, String> key) {}

  private static void mustHaveEnded(Connection connection, long id) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT coalesce(result, 'not finished') FROM headrace.verification WHERE id = ?")) {
      select.setLong(1, id);
      try (ResultSet row = select.executeQuery()) {
        String result = row.next() ? row.getString(1) : "unknown";
        if (!Set.of("equal", "different", "undecided").contains(result)) {
          throw new StageException(
              StageException.Kind.SETTINGS,
              "The verification "
                  + id
                  + " must be one that came to its end but is "
                  + result
                  + ": headrace.verification lists them all.");
        }
      }
    }
  }

  private Connection connect() throws SQLException {
    return warehouse.connect("headrace verify");
  }
}
