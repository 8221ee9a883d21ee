package io.headrace.sink;

import io.headrace.stage.Database;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The live star and its shadow, held at one epoch as long as this is open. */
final class SameEpoch implements AutoCloseable {
  private static final long LOOK_MILLIS = 10;

  private final MergeHold live;
  private final MergeHold shadow;

  /** How far both are; -1 for a star that shows nothing. */
  record Epochs(long live, long shadow) {
    static Epochs read(Connection connection) throws SQLException {
      try (Statement statement = connection.createStatement();
          ResultSet row =
              statement.executeQuery(
                  "SELECT coalesce((SELECT epoch FROM "
                      + StarPlace.LIVE.own("position")
                      + "), -1), coalesce((SELECT epoch FROM "
                      + Shadow.PLACE.own("position")
                      + "), -1)")) {
        row.next();
        return new Epochs(row.getLong(1), row.getLong(2));
      }
    }

    boolean same() {
      return live == shadow;
    }
  }

  private SameEpoch(MergeHold live, MergeHold shadow) {
    this.live = live;
    this.shadow = shadow;
  }

  /**
   * Holds the one that is ahead and lets the other reach it.
   *
   * @param connection in autocommit
   * @param alive throws when there is nothing to wait for any more
   * @return null when that did not happen in time
   */
  static @Nullable SameEpoch reach(
      Database warehouse, Connection connection, Duration within, Runnable alive)
      throws SQLException, InterruptedException {
    // A large merge into the live star is waited for here; the shadow needs the time, too.
    MergeHold live = MergeHold.acquire(warehouse, StarPlace.LIVE);
    MergeHold shadow;
    try {
      shadow = MergeHold.acquire(warehouse, Shadow.PLACE);
    } catch (SQLException e) {
      live.close();
      throw e;
    }
    SameEpoch both = new SameEpoch(live, shadow);
    boolean reached = false;
    try {
      reached = both.meet(connection, within, alive);
    } finally {
      if (!reached) {
        both.close();
      }
    }
    return reached ? both : null;
  }

  private boolean meet(Connection connection, Duration within, Runnable alive)
      throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + within.toNanos();
    Epochs epochs = Epochs.read(connection);
    long goal = Math.max(epochs.live(), epochs.shadow());
    if (epochs.live() < goal) {
      live.until(goal);
    }
    if (epochs.shadow() < goal) {
      shadow.until(goal);
    }
    while (!epochs.same()) {
      alive.run();
      if (System.nanoTime() > deadline) {
        return false;
      }
      Thread.sleep(LOOK_MILLIS);
      epochs = Epochs.read(connection);
    }
    return true;
  }

  @Override
  public void close() throws SQLException {
    try {
      live.close();
    } finally {
      shadow.close();
    }
  }
}
