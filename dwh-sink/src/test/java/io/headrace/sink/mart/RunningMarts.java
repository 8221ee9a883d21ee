package io.headrace.sink.mart;

import io.headrace.stage.StageListener;
import io.headrace.wire.EpochMark;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The marts' scheduler, at work in a thread of its own. */
final class RunningMarts implements AutoCloseable, StageListener {
  final List<String> said = new CopyOnWriteArrayList<>();
  private final MartStage stage;
  private final Thread thread;
  private volatile Throwable failure;

  RunningMarts(MartWarehouse warehouse, Clock clock, MartFile... files) {
    stage = new MartStage(warehouse.address(), List.of(files), clock, this);
    thread = new Thread(this::run, "marts");
    thread.start();
  }

  private void run() {
    try {
      stage.run();
    } catch (Throwable e) {
      failure = e;
    }
  }

  @Override
  public void close() {
    stage.close();
    try {
      thread.join(20_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      throw new AssertionError("the marts' scheduler did not end");
    }
    if (failure != null) {
      throw new AssertionError(failure);
    }
  }

  @Override
  public void says(String sentence) {
    said.add(sentence);
  }

  @Override
  public void progress(String work, long done, long total) {}

  @Override
  public void completed(EpochMark epoch) {}
}
