package io.headrace.cli.replay;

import io.headrace.stage.StageListener;
import io.headrace.star.Star;
import io.headrace.transform.Transform;
import io.headrace.transform.TransformSettings;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A transform of a replay's own, for facts that no other joins, at work in this process. */
final class OwnTransform implements AutoCloseable {
  private final TransformSettings settings;
  private final Transform transform;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  private OwnTransform(TransformSettings settings, Transform transform) {
    this.settings = settings;
    this.transform = transform;
  }

  static OwnTransform start(TransformSettings settings, Star star, StageListener listener) {
    return start(settings, new Transform(settings, star, new WithoutEpochs(listener)));
  }

  /** One that begins with an epoch of the past. */
  static OwnTransform startAt(
      long epoch, TransformSettings settings, Star star, StageListener listener) {
    return start(settings, new Transform(settings, star, new WithoutEpochs(listener), epoch));
  }

  private static OwnTransform start(TransformSettings settings, Transform transform) {
    OwnTransform own = new OwnTransform(settings, transform);
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
    LocalState.forget(settings.stateDirectory());
  }

  @Override
  public void close() {
    transform.close();
  }
}
