package io.headrace.sink;

import io.headrace.stage.RunMark;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What replays did, in {@code headrace.replay}; over a connection of its own, in autocommit. */
final class ReplayLog {
  private static final Logger LOG = LoggerFactory.getLogger(ReplayLog.class);

  private final Connection connection;

  ReplayLog(Connection connection) {
    this.connection = connection;
  }

  /**
   * A replay that has swapped and not cleaned up yet.
   *
   * @param from the generation that nobody needs any more
   * @param oldSchema where the old star is; null when it is to be kept there
   * @param interrupted whether it never came to cleaning up
   */
  record Swapped(
      long id, String from, String to, @Nullable String oldSchema, boolean interrupted) {}

  /** Begins one. What an earlier one has not ended is over: it cannot be at work any more. */
  long begin(String from, String to) throws SQLException {
    try (PreparedStatement over =
        connection.prepareStatement(
            "UPDATE headrace.replay SET state = 'failed', finished = clock_timestamp(),"
                + " error = coalesce(error, 'it was interrupted')"
                + " WHERE state IN ('building', 'swapping')")) {
      over.executeUpdate();
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO headrace.replay (state, from_generation, to_generation)"
                + " VALUES ('building', ?, ?) RETURNING id")) {
      insert.setString(1, from);
      insert.setString(2, to);
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        long id = row.getLong(1);
        RunMark.begin("replay", id);
        return id;
      }
    }
  }

  void state(long id, String state) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE headrace.replay SET state = ? WHERE id = ?")) {
      update.setString(1, state);
      update.setLong(2, id);
      update.executeUpdate();
    }
  }

  /** The table of a replay of one table is what it should be. */
  void mended(long id, long rows) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE headrace.replay SET state = 'cleaned', finished = clock_timestamp(), rows = ?"
                + " WHERE id = ?")) {
      update.setLong(1, rows);
      update.setLong(2, id);
      update.executeUpdate();
    }
  }

  /** Notes why one failed. That the note fails too is no reason to hide the first failure. */
  void failed(long id, @Nullable String error) {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE headrace.replay SET state = 'failed', finished = clock_timestamp(), error = ?"
                + " WHERE id = ? AND state IN ('building', 'swapping')")) {
      update.setString(1, error);
      update.setLong(2, id);
      update.executeUpdate();
    } catch (SQLException e) {
      LOG.warn("the failure of a replay could not be noted", e);
    }
  }

  /** Notes that one builds the star of a moment in the past, before it makes anything. */
  void past(long id, String schema) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE headrace.replay SET past_schema = ? WHERE id = ?")) {
      update.setString(1, schema);
      update.setLong(2, id);
      update.executeUpdate();
    }
  }

  /** Such a star is whole; what it needed in Kafka is still there. */
  void finished(long id) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE headrace.replay SET state = 'cleaned', finished = clock_timestamp() WHERE id = ?")) {
      update.setLong(1, id);
      update.executeUpdate();
    }
  }

  /** Nothing is left of one. What built a star of the past has ended in its own way before. */
  void cleaned(long id) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE headrace.replay SET past_schema = NULL,"
                + " state = CASE WHEN past_schema IS NULL THEN 'cleaned' ELSE state END WHERE id = ?")) {
      update.setLong(1, id);
      update.executeUpdate();
    }
  }

  /** What one has left cannot be taken away yet. */
  void kept(long id, String why) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE headrace.replay SET error = ? WHERE id = ?")) {
      update.setString(1, why);
      update.setLong(2, id);
      update.executeUpdate();
    }
  }

  /** The definitions that this warehouse showed, or was to show, and does not. */
  List<String> abandoned(String live) throws SQLException {
    List<String> abandoned = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT to_generation FROM headrace.replay WHERE state = 'failed' AND to_generation <> ?"
                + " UNION SELECT generation FROM headrace.first_load WHERE generation <> ?")) {
      select.setString(1, live);
      select.setString(2, live);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          abandoned.add(row.getString(1));
        }
      }
    }
    return abandoned;
  }

  /**
   * A replay that has built the star of the past, or was to, and not cleaned up yet.
   *
   * @param generation the name of its topics' definition
   * @param schema where it built
   */
  record Past(long id, String generation, String schema) {}

  List<Past> past() throws SQLException {
    List<Past> past = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT id, to_generation, past_schema FROM headrace.replay"
                    + " WHERE past_schema IS NOT NULL ORDER BY id")) {
      while (row.next()) {
        past.add(new Past(row.getLong(1), row.getString(2), row.getString(3)));
      }
    }
    return past;
  }

  List<Swapped> swapped() throws SQLException {
    List<Swapped> swapped = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT id, from_generation, to_generation, old_schema, error IS NULL FROM headrace.replay"
                    + " WHERE state = 'swapped' ORDER BY id")) {
      while (row.next()) {
        swapped.add(
            new Swapped(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getBoolean(5)));
      }
    }
    return swapped;
  }
}
