package io.headrace.cli.status;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** The newest runs, out of the tables in which the warehouse keeps them. */
final class Runs {
  private static final String QUERY =
      """
      SELECT 'first load' AS kind, loaded_at AS started, loaded_at AS finished,
        CASE WHEN marts_filled IS NULL THEN 'done, marts not filled yet' ELSE 'done' END AS state,
        'definition ' || generation AS detail
      FROM headrace.first_load
      UNION ALL
      SELECT 'verification', started, finished, coalesce(result, 'not finished'),
        concat_ws(', ', coalesce(rows, 0) || ' rows', differences || ' differ', error)
      FROM headrace.verification
      UNION ALL
      SELECT 'replay', started, finished, state,
        concat_ws(', ', coalesce(nullif(from_generation, ''), 'nothing') || ' to ' || to_generation, rows || ' rows', error)
      FROM headrace.replay
      ORDER BY started DESC
      LIMIT 10
      """;

  private Runs() {}

  static List<Run> read(Connection connection) throws SQLException {
    List<Run> runs = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(QUERY)) {
      while (row.next()) {
        OffsetDateTime finished = row.getObject("finished", OffsetDateTime.class);
        runs.add(
            new Run(
                row.getString("kind"),
                row.getObject("started", OffsetDateTime.class).toInstant(),
                finished == null ? null : finished.toInstant(),
                row.getString("state"),
                row.getString("detail")));
      }
    }
    return runs;
  }
}
