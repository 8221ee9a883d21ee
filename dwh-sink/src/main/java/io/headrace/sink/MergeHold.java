package io.headrace.sink;

import io.headrace.stage.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Keeps the star's tables at one epoch for a moment: while it is held, the sink merges nothing, or
 * nothing beyond the epoch that the holder names. An advisory lock of the holder's session is the
 * hold, so that it ends with its holder, however that ends.
 */
public final class MergeHold implements AutoCloseable {
  /** "headrhol" in ASCII: the key of the advisory lock in the warehouse's database. */
  private static final long KEY = 0x6865616472686f6cL;

  private final Connection connection;

  private final StarPlace place;

  private MergeHold(Connection connection, StarPlace place) {
    this.connection = connection;
    this.place = place;
  }

  /** Holds from now on; a merge that is running is waited for. */
  public static MergeHold acquire(Database warehouse) throws SQLException {
    return acquire(warehouse, StarPlace.LIVE);
  }

  /** The same for a star that stands elsewhere. */
  public static MergeHold acquire(Database warehouse, StarPlace place) throws SQLException {
    Connection connection = warehouse.connect("headrace hold");
    try {
      try (Statement statement = connection.createStatement()) {
        statement.execute("SELECT pg_advisory_lock(" + place.key(KEY) + ")");
        statement.execute("UPDATE " + place.own("hold") + " SET until_epoch = NULL");
      }
      return new MergeHold(connection, place);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** Lets merges go on up to an epoch, which must not be one that the star is already beyond. */
  public void until(long epoch) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE " + place.own("hold") + " SET until_epoch = ?")) {
      update.setLong(1, epoch);
      update.executeUpdate();
    }
  }

  /** Lets merges go on. */
  @Override
  public void close() throws SQLException {
    connection.close();
  }

  /** The sink's side: how far a merge may go that is about to be made. */
  static final class Limit {
    private static final long NONE = Long.MAX_VALUE;

    private final PreparedStatement query;

    Limit(Connection connection, StarPlace place) throws SQLException {
      query =
          connection.prepareStatement(
              "SELECT CASE WHEN pg_try_advisory_xact_lock_shared("
                  + place.key(KEY)
                  + ") THEN "
                  + NONE
                  + " ELSE coalesce((SELECT until_epoch FROM "
                  + place.own("hold")
                  + "), -1) END");
    }

    /**
     * The last epoch that may be merged in the running transaction. Unless somebody holds, nobody
     * will before that transaction ends.
     */
    long epoch() throws SQLException {
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }
}
