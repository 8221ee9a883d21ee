package io.headrace.sink;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * The star stands as planned: marts are to show exactly the source's last commit before a moment,
 * and it stays there until they do.
 *
 * @param before that moment, by the source's clock
 * @param marts their names, between commas
 * @param atLatest when it goes on in any case, by the warehouse's clock
 */
public record Stand(Instant before, String marts, Instant atLatest) {
  private static final String READ =
      """
      SELECT s.moment, string_agg(s.mart, ', ' ORDER BY s.mart), max(greatest(s.due, s.reached_at) + s.patience)
      FROM headrace.mart_stop s JOIN headrace.position p ON p.epoch = s.reached_epoch
      WHERE clock_timestamp() < greatest(s.due, s.reached_at) + s.patience
      GROUP BY s.moment ORDER BY s.moment LIMIT 1
      """;

  /** The one that holds now; null when there is none. */
  static @Nullable Stand read(Connection warehouse) throws SQLException {
    try (Statement statement = warehouse.createStatement();
        ResultSet row = statement.executeQuery(READ)) {
      return row.next()
          ? new Stand(
              row.getObject(1, OffsetDateTime.class).toInstant(),
              row.getString(2),
              row.getObject(3, OffsetDateTime.class).toInstant())
          : null;
    }
  }
}
