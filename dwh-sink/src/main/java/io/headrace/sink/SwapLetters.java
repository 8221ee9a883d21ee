package io.headrace.sink;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters of a star that takes the place of the live one, or of some tables of it: its own
 * are the live ones from then on, and those of what it replaces are over. In the transaction of the
 * swap.
 */
final class SwapLetters {
  private static final String COLUMNS =
      "stage, topic, partition, kafka_offset, epoch, table_name, key, cause, sqlstate, at, tries, last_tried,"
          + " generation, record_key, record_value";

  private static final String OVER =
      """
      UPDATE headrace.dead_letter SET state = 'replaced', ended = clock_timestamp(), retry_wished = false, published = false
      WHERE state = 'waiting' AND (stage = 'sink' AND table_name = ANY (?) OR stage = 'transform' AND generation <> ?)
      """;

  private SwapLetters() {}

  /**
   * Moves them.
   *
   * @param tables whose rows are replaced
   * @param generation of the star from now on, where it is another one; null: the same
   */
  static void move(
      Connection connection, StarPlace from, List<String> tables, @Nullable String generation)
      throws SQLException {
    try (PreparedStatement over = connection.prepareStatement(OVER)) {
      over.setArray(1, connection.createArrayOf("text", tables.toArray()));
      over.setString(2, generation);
      over.executeUpdate();
    }
    try (Statement insert = connection.createStatement()) {
      insert.execute(
          "INSERT INTO headrace.dead_letter AS l ("
              + COLUMNS
              + ") SELECT "
              + COLUMNS
              + " FROM "
              + from.own("dead_letter")
              + " WHERE state = 'waiting' ORDER BY id"
              + " ON CONFLICT (topic, partition, kafka_offset) DO UPDATE SET state = 'waiting', ended = NULL,"
              + " cause = excluded.cause, sqlstate = excluded.sqlstate, tries = l.tries + 1,"
              + " last_tried = excluded.last_tried, generation = excluded.generation, published = false"
              + " WHERE l.state <> 'discarded'");
    }
  }

  /** How many wait beside a star. */
  static long waiting(Connection connection, StarPlace place) throws SQLException {
    try (Statement count = connection.createStatement();
        ResultSet row =
            count.executeQuery(
                "SELECT count(*) FROM " + place.own("dead_letter") + " WHERE state = 'waiting'")) {
      row.next();
      return row.getLong(1);
    }
  }
}
