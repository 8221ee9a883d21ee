package io.headrace.observe;

import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All that was done to a warehouse, out of {@code headrace.run}. */
public final class RunHistory {
  /** The kinds of runs. */
  public static final List<String> KINDS =
      List.of("first load", "refresh", "verify", "repair", "replay", "resync");

  private static final String QUERY =
      """
      SELECT kind, id, name, trigger, started, finished, state, outcome, nullif(detail, ''), error
      FROM headrace.run WHERE kind = coalesce(?, kind) ORDER BY started DESC, id DESC LIMIT ?
      """;

  private RunHistory() {}

  /**
   * The newest runs, the newest first.
   *
   * @param kind only these; null: all
   * @param limit how many at most
   * @throws StageException when the warehouse does not answer
   */
  public static List<RecordedRun> read(Database warehouse, @Nullable String kind, int limit) {
    try (Connection connection = warehouse.connect("headrace runs");
        PreparedStatement select = connection.prepareStatement(QUERY)) {
      select.setString(1, kind);
      select.setInt(2, limit);
      List<RecordedRun> runs = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          runs.add(run(row));
        }
      }
      return runs;
    } catch (SQLException e) {
      throw new StageException(
          StageException.Kind.FAILED,
          "The runs cannot be read from " + warehouse + ": " + e.getMessage(),
          e);
    }
  }

  private static RecordedRun run(ResultSet row) throws SQLException {
    return new RecordedRun(
        row.getString(1),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        row.getObject(5, OffsetDateTime.class).toInstant(),
        instant(row, 6),
        row.getString(7),
        row.getString(8),
        row.getString(9),
        row.getString(10));
  }

  private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
