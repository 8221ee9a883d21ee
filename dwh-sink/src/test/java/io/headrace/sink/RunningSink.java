package io.headrace.sink;

import static org.awaitility.Awaitility.await;

import io.headrace.stage.StageListener;
import io.headrace.wire.EpochMark;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A sink at work in a thread of its own. */
final class RunningSink implements AutoCloseable, StageListener {
  final List<String> said = new CopyOnWriteArrayList<>();
  final List<Long> completed = new CopyOnWriteArrayList<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final Sink sink;
  private final Thread thread;

  RunningSink(StarFixture fixture) {
    this(fixture, Failpoints.NONE);
  }

  RunningSink(StarFixture fixture, Failpoints failpoints) {
    this(fixture, fixture.settings(), failpoints);
  }

  RunningSink(StarFixture fixture, SinkSettings settings, Failpoints failpoints) {
    sink = new Sink(settings, fixture.star, this, new SimpleMeterRegistry(), failpoints);
    thread = new Thread(this::run, "sink");
    thread.start();
  }

  private void run() {
    try {
      sink.run();
    } catch (Throwable e) {
      failure.set(e);
    }
  }

  /** Waits until the warehouse shows an epoch. */
  RunningSink awaitEpoch(long epoch) {
    await("epoch " + epoch)
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(2))
        .failFast("the sink failed", () -> failure.get() != null)
        .until(() -> completed.stream().anyMatch(done -> done >= epoch));
    return this;
  }

  void awaitSaying(String part) {
    await(part)
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> said.stream().anyMatch(sentence -> sentence.contains(part)));
  }

  /** Waits for the error that ends the sink. */
  Throwable awaitFailure() {
    await("failure").atMost(Duration.ofSeconds(30)).until(() -> failure.get() != null);
    Throwable thrown = failure.get();
    if (thrown == null) {
      throw new AssertionError();
    }
    return thrown;
  }

  @Nullable Throwable failure() {
    return failure.get();
  }

  @Override
  public void close() {
    sink.close();
    try {
      thread.join(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      throw new AssertionError("the sink did not end within seconds");
    }
  }

  @Override
  public void says(String sentence) {
    said.add(sentence);
  }

  @Override
  public void progress(String work, long done, long total) {}

  @Override
  public void completed(EpochMark epoch) {
    completed.add(epoch.number());
  }
}
