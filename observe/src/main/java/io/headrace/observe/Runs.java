package io.headrace.observe;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** The newest runs of all kinds; those at work come first. */
final class Runs {
  private static final int MOST = 15;

  private static final String QUERY =
      """
      SELECT kind, name, trigger, started, finished, state, outcome, coalesce(detail, '') AS detail, error
      FROM headrace.run
      ORDER BY finished IS NOT NULL, started DESC, id DESC
      LIMIT %d
      """
          .formatted(MOST);

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
                row.getString("name"),
                row.getString("trigger"),
                row.getObject("started", OffsetDateTime.class).toInstant(),
                finished == null ? null : finished.toInstant(),
                row.getString("state"),
                row.getString("outcome"),
                row.getString("detail"),
                row.getString("error")));
      }
    }
    return runs;
  }
}
