package io.headrace.sink;

import io.headrace.sink.ReplayFailpoints.Point;
import io.headrace.stage.StageException;
import io.headrace.star.Star;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for the moment at which the shadow can take the live star's place, and tries. */
final class SwapWait {
  private static final Logger LOG = LoggerFactory.getLogger(SwapWait.class);
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final Duration LOOK_HELD = Duration.ofMillis(5);

  /** How long merges into the live star wait in one piece. */
  private static final Duration HOLD = Duration.ofSeconds(5);

  private static final Duration REST = Duration.ofSeconds(2);
  private static final Duration TELL = Duration.ofSeconds(10);

  private final ReplayWork work;
  private final ShadowFeed feed;
  private final Star star;
  private final Runnable alive;
  private final IntFunction<Swap> swaps;
  private final long deadline;

  /**
   * For one swap.
   *
   * @param swaps makes the swap of an attempt, counted from 1
   */
  SwapWait(ReplayWork work, ShadowFeed feed, Star star, Runnable alive, IntFunction<Swap> swaps) {
    this.work = work;
    this.feed = feed;
    this.star = star;
    this.alive = alive;
    this.swaps = swaps;
    this.deadline = System.nanoTime() + work.settings().patience().toNanos();
  }

  /**
   * Swaps.
   *
   * @param filled when the shadow was whole
   * @throws StageException when readers are in the way for too long
   */
  void run(String filled) throws SQLException, InterruptedException {
    awaitOldSnapshots(filled);
    while (!swapHeld()) {
      if (System.nanoTime() > deadline) {
        throw new StageException(
            StageException.Kind.FAILED,
            "The star could not be swapped within "
                + work.settings().patience().toMinutes()
                + " minutes, because transactions that read it did not end; the new star is kept,"
                + " start the replay again");
      }
      feed.rest(REST, alive);
    }
  }

  private void awaitOldSnapshots(String since) throws SQLException {
    long told = System.nanoTime() - TELL.toNanos();
    String holders = OldSnapshots.older(work.connection(), since);
    while (!holders.isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new StageException(
            StageException.Kind.FAILED,
            "These transactions still read the warehouse as it was before the new star was whole, and would find it"
                + " empty: "
                + holders
                + ". Let them end and start the replay again");
      }
      if (System.nanoTime() - told > TELL.toNanos()) {
        told = System.nanoTime();
        work.says("Waits for transactions that began before the new star was whole: " + holders);
      }
      feed.rest(LOOK, alive);
      holders = OldSnapshots.older(work.connection(), since);
    }
  }

  /** With merges held, for as long as that is bearable. */
  private boolean swapHeld() throws SQLException, InterruptedException {
    try (SameEpoch both = feed.meet(alive)) {
      if (both == null) {
        feed.acceptStandingStill();
      }
      String since = OldSnapshots.now(work.connection());
      long end = System.nanoTime() + HOLD.toNanos();
      while (!OldSnapshots.older(work.connection(), since).isEmpty()) {
        if (System.nanoTime() > end) {
          work.says(
              "The swap waits for transactions to end: "
                  + OldSnapshots.older(work.connection(), since));
          return false;
        }
        feed.rest(LOOK_HELD, alive);
      }
      feed.stop(); // it may hold locks on what is to be moved
      for (int attempt = 1; System.nanoTime() < end; attempt++) {
        if (attempt(attempt)) {
          return true;
        }
        feed.rest(Duration.ofMillis(ThreadLocalRandom.current().nextInt(20, 200)), alive);
      }
      work.says("The swap waits for readers of the star to end.");
      feed.start(star);
      return false;
    }
  }

  private boolean attempt(int attempt) throws SQLException {
    work.connection().setAutoCommit(false);
    try {
      boolean done =
          swaps.apply(attempt).attempt(work.connection(), () -> work.at(Point.BEFORE_COMMIT));
      LOG.info("swap attempted attempt={} done={}", attempt, done);
      return done;
    } finally {
      work.connection().setAutoCommit(true);
    }
  }
}
