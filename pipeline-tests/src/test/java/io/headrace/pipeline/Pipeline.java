package io.headrace.pipeline;

import io.headrace.stage.Stage;
import io.headrace.star.Star;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The three stages in this process, each on a thread of its own, to be stopped and started one by
 * one.
 */
final class Pipeline implements AutoCloseable {

  private static final Duration STOPS_WITHIN = Duration.ofSeconds(30);

  private final Setup setup;
  private final Star star;
  private final MeterRegistry registry;
  private final Map<StageKind, Running> running = new EnumMap<>(StageKind.class);

  private record Running(Stage stage, CompletableFuture<Void> ended) {}

  private Pipeline(Setup setup, MeterRegistry registry) {
    this.setup = setup;
    this.registry = registry;
    this.star = setup.star();
  }

  /** All stages, started. */
  static Pipeline start(Setup setup) {
    return start(setup, new CompositeMeterRegistry());
  }

  /** The same, counting what they do. */
  static Pipeline start(Setup setup, MeterRegistry registry) {
    Pipeline pipeline = new Pipeline(setup, registry);
    for (StageKind kind : StageKind.values()) {
      pipeline.start(kind);
    }
    return pipeline;
  }

  void start(StageKind kind) {
    start(kind, kind.create(setup, star, new LoggingListener(kind), registry));
  }

  /** Starts a stage with settings of the test's own. */
  void start(StageKind kind, Stage stage) {
    CompletableFuture<Void> ended = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                stage.run();
                ended.complete(null);
              } catch (Throwable e) {
                ended.completeExceptionally(e);
              }
            },
            kind.name().toLowerCase(java.util.Locale.ROOT));
    thread.start();
    running.put(kind, new Running(stage, ended));
  }

  /** Closes a stage; fails when it had failed by itself or does not end in time. */
  void stop(StageKind kind) {
    Running stopped = running.remove(kind);
    if (stopped == null) {
      return;
    }
    stopped.stage().close();
    try {
      stopped.ended().get(STOPS_WITHIN.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError(kind + " must end within " + STOPS_WITHIN + " of close()", e);
    } catch (ExecutionException e) {
      throw new AssertionError(kind + " failed: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + kind, e);
    }
  }

  /** Waits until a stage ends by itself, and tells what made it. */
  Throwable failure(StageKind kind, Duration within) throws Exception {
    CompletableFuture<Void> ended = Objects.requireNonNull(running.get(kind)).ended();
    try {
      ended.get(within.toSeconds(), TimeUnit.SECONDS);
      throw new AssertionError(kind + " must fail but ended");
    } catch (ExecutionException e) {
      running.remove(kind);
      return e.getCause();
    }
  }

  void restart(StageKind kind) {
    stop(kind);
    start(kind);
  }

  /** Throws what made a stage end, if one did. */
  void check() {
    running.forEach(
        (kind, stage) -> {
          if (stage.ended().isDone()) {
            Throwable cause = stage.ended().handle((nothing, failure) -> failure).join();
            throw new AssertionError(kind + " ended by itself: " + cause, cause);
          }
        });
  }

  @Override
  public void close() {
    AssertionError failure = null;
    for (StageKind kind : StageKind.values()) {
      try {
        stop(kind);
      } catch (AssertionError e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
