package io.headrace.cli.replay;

import io.headrace.stage.Daemons;
import io.headrace.stage.Stage;
import io.headrace.stage.StageException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stage that goes with the warehouse: when a replay has put a star of another definition in the
 * live one's place, the stage is closed, and one for the new definition runs on. A stage that only
 * a replay can help is replaced then, too.
 */
public final class FollowingStage implements Stage {
  private static final Logger LOG = LoggerFactory.getLogger(FollowingStage.class);
  private static final long LOOK_MILLIS = 1_000;

  private final ShownDefinition shown;
  private final Maker maker;
  private final CountDownLatch closing = new CountDownLatch(1);
  private @Nullable Stage current;

  /** Makes the stage for a definition; called again for each new one. */
  public interface Maker {
    Stage make(Definition definition);
  }

  /**
   * A stage for the definition that is known.
   *
   * @param shown to be shared by the stages of a process
   */
  public FollowingStage(ShownDefinition shown, Maker maker) {
    this.shown = shown;
    this.maker = maker;
  }

  @Override
  public void run() {
    Definition present = shown.known();
    while (!closed()) {
      Stage stage = maker.make(present);
      if (!begin(stage) || !runUntilMoved(stage, present)) {
        return;
      }
      present = shown.instead(present);
    }
  }

  private synchronized boolean begin(Stage stage) {
    current = stage;
    return !closed();
  }

  /** Returns whether there is another definition to go on with. */
  private boolean runUntilMoved(Stage stage, Definition present) {
    CountDownLatch ended = new CountDownLatch(1);
    Daemons.start("follow", () -> watch(stage, present, ended));
    try {
      stage.run();
    } catch (StageException e) {
      if (e.kind() == StageException.Kind.LOST && !closed()) {
        LOG.error("the stage cannot go on by this definition", e);
        shown.tell("Waits for a replay: " + e.getMessage());
        awaitAnother(present);
      } else if (closed() || !shown.differsFrom(present)) {
        throw e;
      }
      LOG.info("the stage ended because the star has another definition", e);
    } finally {
      ended.countDown();
    }
    return !closed() && shown.differsFrom(present);
  }

  private void watch(Stage stage, Definition present, CountDownLatch ended) {
    try {
      while (!ended.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        if (shown.differsFrom(present)) {
          stage.close();
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitAnother(Definition present) {
    try {
      while (!closing.await(LOOK_MILLIS, TimeUnit.MILLISECONDS) && !shown.differsFrom(present)) {
        LOG.debug("the warehouse still shows generation={}", present.shown());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean closed() {
    return closing.getCount() == 0;
  }

  @Override
  public void close() {
    Stage stage;
    synchronized (this) {
      closing.countDown();
      stage = current;
    }
    if (stage != null) {
      stage.close();
    }
  }
}
