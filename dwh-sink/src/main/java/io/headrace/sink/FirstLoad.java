package io.headrace.sink;

import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import io.headrace.star.Star;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Whether a definition of the star has been loaded whole. */
public final class FirstLoad {

  /** How far it is. */
  public enum State {
    /** The star's tables do not show this definition yet. */
    LOADING,
    /** They do; the marts have not been filled from them yet. */
    LOADED,
    /** The marts have been filled since. */
    MARTS_FILLED
  }

  private FirstLoad() {}

  /**
   * Asks the warehouse.
   *
   * @throws StageException when it does not answer, or has no schema {@code headrace} yet
   */
  public static State state(Database warehouse, Star star) {
    try (Connection connection = warehouse.connect("headrace")) {
      return state(connection, star.generation());
    } catch (SQLException e) {
      throw new StageException(
          StageException.Kind.FAILED,
          "The state of the first load cannot be read from "
              + warehouse
              + ": "
              + new SqlFailure(e).sentence(),
          e);
    }
  }

  static State state(Connection connection, String generation) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT marts_filled IS NOT NULL FROM headrace.first_load WHERE generation = ?")) {
      select.setString(1, generation);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          return State.LOADING;
        }
        return row.getBoolean(1) ? State.MARTS_FILLED : State.LOADED;
      }
    }
  }

  /** One begins; an earlier one that did not come to its end is begun anew. */
  static void begin(Connection connection, String generation) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO headrace.loading (generation, started) VALUES (?, clock_timestamp())"
                + " ON CONFLICT (generation) DO UPDATE SET started = excluded.started, records = NULL")) {
      insert.setString(1, generation);
      insert.executeUpdate();
    }
  }

  /** It was merged, from so many records. */
  static void done(Connection connection, String generation, long records) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE headrace.loading SET records = ? WHERE generation = ?")) {
      update.setLong(1, records);
      update.setString(2, generation);
      update.executeUpdate();
    }
  }

  public static void martsFilled(Connection connection, String generation) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE headrace.first_load SET marts_filled = clock_timestamp() WHERE generation = ?")) {
      update.setString(1, generation);
      update.executeUpdate();
    }
  }
}
