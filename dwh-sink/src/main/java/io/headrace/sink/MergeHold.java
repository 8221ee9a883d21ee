package io.headrace.sink;

import io.headrace.stage.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

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

  /**
   * How far a merge may go.
   *
   * @param epoch the last epoch that may be merged
   * @param before no epoch may be merged that the source committed at this moment or later; null:
   *     no matter when
   * @param untold whether it is to be told when the star stands before that moment
   */
  record Bounds(long epoch, @Nullable Instant before, boolean untold) {
    static final Bounds NONE = new Bounds(Long.MAX_VALUE, null, false);

    /** The epoch while nothing may be merged for as long as a person wishes. */
    static final long PAUSED = -2;

    boolean paused() {
      return epoch == PAUSED;
    }

    /** Whether somebody holds, which takes a moment only. */
    boolean held() {
      return epoch != NONE.epoch() && !paused();
    }
  }

  /** The sink's side: how far a merge may go that is about to be made. */
  static final class Limit {
    /**
     * The first moment before which the live star is to stop and that it has not passed, and
     * whether somebody does not know yet that it stands there. Whoever wants that has only so much
     * time from when it is due, or from when the star stood there.
     */
    private static final String STOPS =
        """
        (SELECT s.moment, bool_or(s.reached_epoch IS NULL) AS untold
          FROM headrace.mart_stop s, headrace.position p
          WHERE s.moment > p.committed
            AND clock_timestamp() < greatest(s.due, coalesce(s.reached_at, clock_timestamp())) + s.patience
          GROUP BY s.moment ORDER BY s.moment LIMIT 1)
        """;

    private static final String NO_STOPS = "(SELECT NULL::timestamptz AS moment, false AS untold)";

    private static final String REACHED =
        """
        UPDATE headrace.mart_stop
        SET reached_epoch = (SELECT epoch FROM headrace.position), reached_at = clock_timestamp()
        WHERE moment = ?::timestamptz AND reached_epoch IS NULL
        """;

    private final Connection connection;
    private final PreparedStatement query;

    Limit(Connection connection, StarPlace place) throws SQLException {
      this.connection = connection;
      query =
          connection.prepareStatement(
              "SELECT CASE "
                  + (place.equals(StarPlace.LIVE)
                      ? "WHEN EXISTS (SELECT FROM headrace.pause) THEN " + Bounds.PAUSED + " "
                      : "")
                  + "WHEN pg_try_advisory_xact_lock_shared("
                  + place.key(KEY)
                  + ") THEN "
                  + Bounds.NONE.epoch()
                  + " ELSE coalesce((SELECT until_epoch FROM "
                  + place.own("hold")
                  + "), -1) END, stop.moment, coalesce(stop.untold, false) FROM (SELECT) AS one LEFT JOIN "
                  + (place.equals(StarPlace.LIVE) ? STOPS : NO_STOPS)
                  + " AS stop ON true");
    }

    /**
     * For the running transaction. Unless somebody holds, nobody will before that transaction ends.
     */
    Bounds bounds() throws SQLException {
      try (ResultSet row = query.executeQuery()) {
        row.next();
        OffsetDateTime before = row.getObject(2, OffsetDateTime.class);
        return new Bounds(
            row.getLong(1), before == null ? null : before.toInstant(), row.getBoolean(3));
      }
    }

    /** Tells that the star shows the last epoch before a moment. Commits. */
    void reached(Instant before) throws SQLException {
      try (PreparedStatement update = connection.prepareStatement(REACHED)) {
        update.setString(1, before.toString());
        update.executeUpdate();
      }
      connection.commit();
    }
  }
}
