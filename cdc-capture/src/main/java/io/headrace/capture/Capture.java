package io.headrace.capture;

import io.headrace.stage.Stage;
import io.headrace.stage.StageException;
import io.headrace.stage.StageListener;
import io.headrace.star.Star;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the source's changes into the topics, exactly once: first a snapshot, then what is
 * committed, in epochs ({@link io.headrace.wire.Epoch}). One capture of a prefix works, others
 * stand by.
 */
public final class Capture implements Stage {

  private static final Logger LOG = LoggerFactory.getLogger(Capture.class);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  /** Work that lasted so long before it failed was going well: the next pause is short again. */
  private static final Duration WENT_WELL = Duration.ofSeconds(30);

  /** A Kafka that does not answer holds the capture for a minute. */
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

  private final Attempt.Parts parts;
  private final StageListener listener;
  private final Closing closing;
  private final CaptureMeters meters;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean started;

  public Capture(CaptureSettings settings, Star star, StageListener listener) {
    this(settings, star, listener, new CompositeMeterRegistry());
  }

  /** The same, counting what it does. */
  public Capture(
      CaptureSettings settings, Star star, StageListener listener, MeterRegistry registry) {
    this(settings, star, listener, registry, Failpoint.NONE);
  }

  Capture(CaptureSettings settings, Star star, StageListener listener, Failpoint failpoint) {
    this(settings, star, listener, new CompositeMeterRegistry(), failpoint);
  }

  private Capture(
      CaptureSettings settings,
      Star star,
      StageListener listener,
      MeterRegistry registry,
      Failpoint failpoint) {
    this.listener = listener;
    this.meters = new CaptureMeters(registry);
    this.closing = new Closing();
    this.parts = new Attempt.Parts(settings, star, listener, closing, failpoint, meters);
  }

  @Override
  public void run() {
    started = true;
    try {
      attempts();
    } finally {
      ended.countDown();
    }
  }

  private void attempts() {
    Duration pause = FIRST_PAUSE;
    while (!closing.asked()) {
      long begun = System.nanoTime();
      try {
        Attempt.run(parts);
      } catch (Exception e) {
        if (closing.asked()) {
          LOG.debug("ended while closing", e);
          return;
        }
        String reason = Failure.passing(e);
        meters.retry();
        LOG.warn("capture interrupted", e);
        listener.says(
            "The capture was interrupted and starts again from what Kafka has: " + reason);
        if (Duration.ofNanos(System.nanoTime() - begun).compareTo(WENT_WELL) > 0) {
          pause = FIRST_PAUSE;
        }
        rest(pause);
        pause =
            pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0
                ? LONGEST_PAUSE
                : pause.multipliedBy(2);
      }
    }
  }

  private void rest(Duration pause) {
    CountDownLatch asked = new CountDownLatch(1);
    try (Closing.Registration ignored = closing.register(asked::countDown)) {
      if (asked.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.debug("pause ended by close");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StageException(
          StageException.Kind.FAILED, "The capture's thread was interrupted.", e);
    }
  }

  @Override
  public void close() {
    closing.ask();
    if (started) {
      try {
        if (!ended.await(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
          LOG.warn("the capture has not ended in time seconds={}", CLOSE_PATIENCE.toSeconds());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
