package io.headrace.transform;

import io.headrace.stage.StageListener;
import io.headrace.star.Star;
import io.headrace.wire.EpochMark;
import io.headrace.wire.Topics;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A transform on a thread of its own. */
final class RunningTransform implements AutoCloseable, StageListener {

  final List<String> said = new CopyOnWriteArrayList<>();
  volatile long completed;
  volatile @Nullable RuntimeException failure;

  private final Transform transform;
  private final Thread thread;

  RunningTransform(String kafka, Star star, Topics topics, Path state, int threads) {
    this(new TransformSettings(kafka, topics, state, threads, (short) -1, true), star);
  }

  RunningTransform(TransformSettings settings, Star star) {
    transform = new Transform(settings, star, this);
    thread =
        new Thread(
            () -> {
              try {
                transform.run();
              } catch (RuntimeException e) {
                failure = e;
              }
            },
            "transform");
    thread.start();
  }

  boolean isAlive() {
    return thread.isAlive();
  }

  @Override
  public void says(String sentence) {
    said.add(sentence);
  }

  @Override
  public void progress(String work, long done, long total) {}

  @Override
  public void completed(EpochMark epoch) {
    completed = epoch.number();
  }

  @Override
  public void close() {
    transform.close();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
