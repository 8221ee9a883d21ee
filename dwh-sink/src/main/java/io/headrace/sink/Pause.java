package io.headrace.sink;

import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * A person's wish that the star stands still: the sink merges nothing until it is ended, whatever
 * is restarted meanwhile. What comes waits in Kafka, so nothing is lost by it.
 *
 * @param since when it began, by the warehouse's clock
 * @param by who wished it
 * @param reason in that person's words; may be empty
 */
public record Pause(Instant since, String by, String reason) {
  private static final String APPLICATION = "headrace pause";
  private static final String READ = "SELECT since, by, reason FROM headrace.pause";

  /** The one that holds now; null when merges go on. */
  public static @Nullable Pause read(Connection warehouse) throws SQLException {
    try (Statement statement = warehouse.createStatement();
        ResultSet row = statement.executeQuery(READ)) {
      return row.next() ? of(row) : null;
    }
  }

  /**
   * Begins one. Returns when no merge is at work any more. One that holds already stays as it is.
   *
   * @return the one that holds
   * @throws StageException when the warehouse cannot be asked
   */
  public static Pause begin(Database warehouse, String by, String reason) {
    try (Connection connection = warehouse.connect(APPLICATION);
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO headrace.pause (by, reason) VALUES (?, ?) ON CONFLICT DO NOTHING")) {
      insert.setString(1, by);
      insert.setString(2, reason);
      insert.executeUpdate();
      // A merge that was let through before is waited for.
      MergeHold.acquire(warehouse).close();
      Pause pause = read(connection);
      if (pause == null) {
        throw failed("paused", warehouse, "somebody has resumed it at the same moment", null);
      }
      return pause;
    } catch (SQLException e) {
      throw failed("paused", warehouse, String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Ends it.
   *
   * @return the one that held; null when none did
   * @throws StageException when the warehouse cannot be asked
   */
  public static @Nullable Pause end(Database warehouse) {
    try (Connection connection = warehouse.connect(APPLICATION);
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("DELETE FROM headrace.pause RETURNING since, by, reason")) {
      return row.next() ? of(row) : null;
    } catch (SQLException e) {
      throw failed("resumed", warehouse, String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Throws while one holds, for the transaction or the session that wants to change the star.
   *
   * @throws StageException naming it
   */
  static void refuse(Connection warehouse) throws SQLException {
    Pause pause = read(warehouse);
    if (pause != null) {
      throw new StageException(
          StageException.Kind.FAILED,
          "The warehouse is paused since "
              + pause.since()
              + " by "
              + pause.by()
              + (pause.reason().isEmpty() ? "" : " (" + pause.reason() + ")")
              + ", so its star must not change: end that with ./headrace resume, then start the replay again");
    }
  }

  private static Pause of(ResultSet row) throws SQLException {
    return new Pause(
        row.getObject("since", OffsetDateTime.class).toInstant(),
        row.getString("by"),
        row.getString("reason"));
  }

  private static StageException failed(
      String what, Database warehouse, String why, @Nullable SQLException cause) {
    String sentence = "The sink of " + warehouse + " cannot be " + what + ": " + why;
    return cause == null
        ? new StageException(StageException.Kind.FAILED, sentence)
        : new StageException(StageException.Kind.FAILED, sentence, cause);
  }
}
