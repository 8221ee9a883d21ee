package io.headrace.cli.replay;

import io.headrace.sink.LiveStar;
import io.headrace.stage.Database;
import io.headrace.stage.Stage;
import io.headrace.stage.StageException;
import io.headrace.stage.StageListener;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stage that goes with the warehouse: when a replay has put a star of another definition in the
 * live one's place, the stage is closed, and one for the new definition runs on.
 */
public final class FollowingStage implements Stage {
  private static final Logger LOG = LoggerFactory.getLogger(FollowingStage.class);
  private static final long LOOK_MILLIS = 1_000;

  private final Database source;
  private final Database warehouse;
  private final Maker maker;
  private final StageListener listener;
  private final CountDownLatch closing = new CountDownLatch(1);
  private Definition definition;
  private @Nullable Stage current;

  /** Makes the stage for a definition; called again for each new one. */
  public interface Maker {
    Stage make(Definition definition);
  }

  public FollowingStage(
      Definition first, Database source, Database warehouse, Maker maker, StageListener listener) {
    this.definition = first;
    this.source = source;
    this.warehouse = warehouse;
    this.maker = maker;
    this.listener = listener;
  }

  @Override
  public void run() {
    boolean follows = true;
    while (follows && !closed()) {
      Definition present = definition;
      Stage stage = maker.make(present);
      if (!begin(stage)) {
        return;
      }
      follows = runUntilMoved(stage, present);
      if (follows) {
        definition = Definition.shown(source, warehouse);
        listener.says(
            "The warehouse now shows the star by other SQL ("
                + definition.star().generation()
                + "); goes on with that.");
      }
    }
  }

  private synchronized boolean begin(Stage stage) {
    current = stage;
    return !closed();
  }

  /** Returns whether there is another definition to go on with. */
  private boolean runUntilMoved(Stage stage, Definition present) {
    CountDownLatch ended = new CountDownLatch(1);
    Thread watch = new Thread(() -> watch(stage, present, ended), "follow");
    watch.setDaemon(true);
    watch.start();
    try {
      stage.run();
    } catch (StageException e) {
      if (closed() || !moved(present)) {
        throw e;
      }
      LOG.info("the stage ended because the star has another definition", e);
    } finally {
      ended.countDown();
    }
    return !closed() && moved(present);
  }

  private void watch(Stage stage, Definition present, CountDownLatch ended) {
    try {
      while (!ended.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        if (moved(present)) {
          stage.close();
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean moved(Definition present) {
    try {
      LiveStar live = LiveStar.of(warehouse);
      return live != null
          && !live.generation().equals(present.shown())
          && !live.generation().equals(present.star().generation());
    } catch (StageException e) {
      LOG.debug("the warehouse does not tell its star's definition", e);
      return false;
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
