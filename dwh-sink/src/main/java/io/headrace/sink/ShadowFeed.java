package io.headrace.sink;

import io.headrace.sink.SameEpoch.Epochs;
import io.headrace.stage.StageException;
import io.headrace.star.Star;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The sink that feeds the shadow, and how it meets the live star. */
final class ShadowFeed {
  /** Epochs that the shadow may be behind when the live star is held for it: about a second. */
  private static final long NEARLY = 25;

  private static final Duration LOOK = Duration.ofMillis(50);
  private static final Duration REST = Duration.ofSeconds(2);

  /** How long merges into one of the two wait for the other in one piece. */
  private static final Duration MEET = Duration.ofSeconds(20);

  /** The same where a live star that stands still is accepted. */
  private static final Duration MEET_ONE_THAT_STANDS = Duration.ofSeconds(5);

  private final ReplayWork work;
  private @Nullable OwnSink sink;

  ShadowFeed(ReplayWork work) {
    this.work = work;
  }

  void start(Star star) {
    sink =
        OwnSink.start(
            new SinkSettings(
                work.settings().warehouse(),
                work.settings().bootstrapServers(),
                work.settings().topics(),
                Shadow.PLACE,
                null),
            star,
            work.listener());
  }

  void stop() {
    OwnSink running = sink;
    if (running == null) {
      return;
    }
    try {
      running.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Feeds the shadow until it has nearly caught up with the live star, and goes on. */
  void catchUp(Star star, Runnable alive) throws SQLException {
    start(star);
    while (!nearlyThere(Epochs.read(work.connection()))) {
      rest(LOOK, alive);
    }
  }

  private static boolean nearlyThere(Epochs epochs) {
    return epochs.shadow() >= 0 && epochs.shadow() >= epochs.live() - NEARLY;
  }

  /** Waits; throws when the end is wished for, or what feeds the shadow has failed. */
  void rest(Duration duration, Runnable alive) {
    work.rest(duration);
    check(alive);
  }

  /** Throws when what feeds the shadow has failed. */
  void check(Runnable alive) {
    alive.run();
    OwnSink running = sink;
    if (running != null) {
      running.check();
    }
  }

  /**
   * Holds both stars at one epoch. One that is slow is waited for, in pieces.
   *
   * @return null when they do not meet because the live one is behind and stands still
   * @throws StageException when they do not meet for another reason, or the end is wished for
   */
  @Nullable SameEpoch meet(Runnable alive) throws SQLException, InterruptedException {
    Duration patience = work.settings().patience();
    Duration most = work.settings().uncompared() ? MEET_ONE_THAT_STANDS : MEET;
    Duration within = most.compareTo(patience) < 0 ? most : patience;
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      long before = Epochs.read(work.connection()).live();
      SameEpoch both =
          SameEpoch.reach(
              work.settings().warehouse(),
              work.connection(),
              within,
              () -> rest(Duration.ZERO, alive));
      if (both != null) {
        return both;
      }
      Epochs apart = Epochs.read(work.connection());
      if (apart.live() == before && apart.live() < apart.shadow()) {
        Pause.refuse(work.connection());
        return null;
      }
      if (System.nanoTime() > deadline) {
        throw new StageException(
            StageException.Kind.FAILED,
            "The two stars did not meet within "
                + patience.toSeconds()
                + " seconds: the live one shows epoch "
                + apart.live()
                + ", the new one epoch "
                + apart.shadow()
                + ". The new one is kept; started again, the replay goes on with it");
      }
      rest(REST, alive);
    }
  }

  /**
   * Lets the new star take the place of one that stands still, although they were never seen at one
   * commit.
   *
   * @throws StageException unless that is wished for
   */
  void acceptStandingStill() throws SQLException {
    Epochs apart = Epochs.read(work.connection());
    if (!work.settings().uncompared()) {
      throw new StageException(
          StageException.Kind.FAILED,
          "The live star stands still at epoch "
              + apart.live()
              + " and the new one is at epoch "
              + apart.shadow()
              + ", so they cannot be compared and were not swapped: start the sink, and the transform of the live"
              + " star, and then the replay again, or accept the new star as it is with --force");
    }
    work.says(
        "The live star stands still at epoch "
            + apart.live()
            + "; the new one, at epoch "
            + apart.shadow()
            + ", is not compared with it.");
  }

  /**
   * Opens a snapshot in which both stars show the same epoch. Merges wait for that and no longer.
   *
   * @return whether the two have met
   */
  boolean snapshot(Connection snapshot, Runnable alive) throws SQLException, InterruptedException {
    try (SameEpoch both = meet(alive)) {
      if (both == null) {
        return false;
      }
      snapshot.setAutoCommit(false);
      snapshot.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      return Epochs.read(snapshot).same();
    }
  }
}
