package io.headrace.capture;

import io.headrace.star.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transactions that have written to a table and not ended. What they wrote before the table
 * came into the publication is not in the stream, even if they commit after that; so the first row
 * is read when they have ended.
 */
final class EarlierWriters {

  private static final Logger LOG = LoggerFactory.getLogger(EarlierWriters.class);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

  private static final String HOLDERS =
      """
      SELECT l.virtualtransaction
      FROM pg_locks l
      JOIN pg_class c ON c.oid = l.relation
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE l.locktype = 'relation'
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND n.nspname = ? AND c.relname = ? AND l.granted
        AND l.mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
      """;

  private EarlierWriters() {}

  /** Waits until those that are at it now have ended. */
  static void await(Connection connection, TableName table)
      throws SQLException, InterruptedException {
    Set<String> earlier = holders(connection, table);
    while (!earlier.isEmpty()) {
      LOG.info("waiting for writers: table={} transactions={}", table, earlier.size());
      Thread.sleep(LOOK_AGAIN.toMillis());
      earlier.retainAll(holders(connection, table));
    }
  }

  private static Set<String> holders(Connection connection, TableName table) throws SQLException {
    Set<String> holders = new HashSet<>();
    try (PreparedStatement query = connection.prepareStatement(HOLDERS)) {
      query.setString(1, table.schema());
      query.setString(2, table.table());
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          holders.add(row.getString(1));
        }
      }
    }
    return holders;
  }
}
