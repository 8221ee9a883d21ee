package io.headrace.sink;

import io.headrace.stage.RunMark;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** The log lines of runs, in {@code headrace.run_log}. */
public final class RunLines {
  private RunLines() {}

  /**
   * A line.
   *
   * @param level such as {@code INFO}
   */
  public record Line(RunMark run, Instant at, String level, String words) {}

  /** Adds lines, all or none. */
  public static void write(Connection warehouse, List<Line> lines) throws SQLException {
    try (PreparedStatement insert =
        warehouse.prepareStatement(
            "INSERT INTO headrace.run_log (kind, run, at, level, words) VALUES (?, ?, ?, ?, ?)")) {
      for (Line line : lines) {
        insert.setString(1, line.run().kind());
        insert.setString(2, line.run().id());
        insert.setObject(3, line.at().atOffset(ZoneOffset.UTC));
        insert.setString(4, line.level());
        insert.setString(5, line.words());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  /** All lines of a run, the oldest first. */
  public static List<Line> read(Connection warehouse, RunMark run) throws SQLException {
    List<Line> lines = new ArrayList<>();
    try (PreparedStatement select =
        warehouse.prepareStatement(
            "SELECT at, level, words FROM headrace.run_log WHERE kind = ? AND run = ? ORDER BY line")) {
      select.setString(1, run.kind());
      select.setString(2, run.id());
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          lines.add(
              new Line(
                  run,
                  row.getObject(1, OffsetDateTime.class).toInstant(),
                  row.getString(2),
                  row.getString(3)));
        }
      }
    }
    return lines;
  }
}
