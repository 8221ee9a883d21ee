package io.headrace.sink;

import io.headrace.stage.StageListener;
import io.headrace.star.Star;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A sink of a replay's own, at work in a thread of this process. */
final class OwnSink {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Sink sink;
  private final Thread thread;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  private OwnSink(Sink sink) {
    this.sink = sink;
    this.thread = new Thread(this::run, "replay-sink");
  }

  static OwnSink start(SinkSettings settings, Star star, StageListener listener) {
    OwnSink own = new OwnSink(new Sink(settings, star, listener));
    own.thread.start();
    return own;
  }

  private void run() {
    try {
      sink.run();
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

  /** Ends it, and waits for that. */
  void stop() throws InterruptedException {
    sink.close();
    thread.join(PATIENCE.toMillis());
  }
}
