package io.headrace.cli.replay;

import io.headrace.stage.StageListener;
import io.headrace.star.Star;
import io.headrace.transform.Transform;
import io.headrace.transform.TransformSettings;
import io.headrace.wire.EpochMark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A transform for SQL that no other feeds yet, at work in this process. */
final class OwnTransform implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OwnTransform.class);

  private final ReplayPlan plan;
  private final StageListener listener;
  private final Transform transform;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  private OwnTransform(ReplayPlan plan, Star star, StageListener listener) {
    this.plan = plan;
    this.listener = listener;
    this.transform =
        new Transform(
            new TransformSettings(
                plan.kafka(),
                plan.topics(),
                plan.state(),
                plan.threads(),
                plan.replicationFactor(),
                true),
            star,
            withoutEpochs());
  }

  static OwnTransform start(ReplayPlan plan, Star star, StageListener listener) {
    OwnTransform own = new OwnTransform(plan, star, listener);
    new Thread(own::run, "replay-transform").start();
    return own;
  }

  private void run() {
    try {
      transform.run();
    } catch (Throwable e) {
      failure.set(e);
    }
  }

  /** Throws what has ended it. */
  void check() {
    Throwable thrown = failure.get();
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    if (thrown != null) {
      throw new IllegalStateException(thrown);
    }
  }

  /** Deletes its state, once it is closed and its work is done. */
  void forgetState() {
    if (!Files.isDirectory(plan.state())) {
      return;
    }
    try (Stream<Path> files = Files.walk(plan.state())) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      LOG.warn("the replay's state was not deleted folder={}", plan.state(), e);
    }
  }

  /** What the warehouse shows is told by the sink; the transform's epochs are nobody's business. */
  private StageListener withoutEpochs() {
    return new StageListener() {
      @Override
      public void says(String sentence) {
        listener.says(sentence);
      }

      @Override
      public void progress(String work, long done, long total) {
        listener.progress(work, done, total);
      }

      @Override
      public void completed(EpochMark epoch) {}
    };
  }

  @Override
  public void close() {
    transform.close();
  }
}
