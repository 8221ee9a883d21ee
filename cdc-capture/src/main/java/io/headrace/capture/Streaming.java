package io.headrace.capture;

import io.debezium.embedded.Connect;
import io.debezium.embedded.async.ConvertingAsyncEngineBuilderFactory;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.format.KeyValueHeaderChangeEventFormat;
import io.debezium.engine.spi.OffsetCommitPolicy;
import io.headrace.stage.Daemons;
import io.headrace.stage.StageListener;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs Debezium's engine from a position until it fails or the end is asked for. */
final class Streaming {

  private static final Logger LOG = LoggerFactory.getLogger(Streaming.class);

  /** How long the epochs may stand still before the heartbeat makes one. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(1);

  /** Between looks whether an epoch has collected long enough. */
  private static final Duration END = Duration.ofMillis(5);

  /** How long nothing may come although the heart beats, before a person is told. */
  private static final Duration STALLED = Duration.ofSeconds(30);

  private static final Duration CLOSE_RETRY = Duration.ofMillis(50);

  private final Leadership leadership;
  private final SourceClock sourceClock;
  private final EpochConsumer consumer;
  private final StageListener listener;
  private final Closing closing;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final DebeziumEngine<?> engine;
  private boolean stallTold;

  Streaming(
      Properties settings,
      Leadership leadership,
      SourceClock sourceClock,
      EpochConsumer consumer,
      StageListener listener,
      Closing closing) {
    this.leadership = leadership;
    this.sourceClock = sourceClock;
    this.consumer = consumer;
    this.listener = listener;
    this.closing = closing;
    this.engine = engine(settings);
  }

  @SuppressWarnings("unchecked")
  private DebeziumEngine<?> engine(Properties settings) {
    // Without a format the engine hands over Kafka Connect's records as they are, instead of one
    // more object around each.
    KeyValueHeaderChangeEventFormat<Connect, Connect, Connect> none = null;
    DebeziumEngine.Builder<SourceRecord> builder =
        (DebeziumEngine.Builder<SourceRecord>)
            (DebeziumEngine.Builder<?>) new ConvertingAsyncEngineBuilderFactory().builder(none);
    return builder
        .using(settings)
        .using(OffsetCommitPolicy.always())
        .using(
            (success, message, error) -> {
              if (!success) {
                failure.compareAndSet(null, error == null ? new IOException(message) : error);
              }
            })
        .notifying(consumer)
        .build();
  }

  /**
   * Streams.
   *
   * @throws Exception what ended it; nothing when the end was asked for
   */
  void run() throws Exception {
    ScheduledExecutorService heart =
        Executors.newSingleThreadScheduledExecutor(Daemons.named("headrace-capture-heartbeat"));
    try (Closing.Registration ignored = closing.register(this::close)) {
      var unused =
          heart.scheduleWithFixedDelay(
              this::beat, HEARTBEAT.toMillis(), HEARTBEAT.toMillis() / 2, TimeUnit.MILLISECONDS);
      unused =
          heart.scheduleWithFixedDelay(
              this::endEpoch, END.toMillis(), END.toMillis(), TimeUnit.MILLISECONDS);
      engine.run();
    } finally {
      heart.shutdownNow();
      // It may be committing: the producer must not be touched before it has let go.
      while (!heart.awaitTermination(1, TimeUnit.MINUTES)) {
        LOG.warn("an epoch's commit does not end");
      }
    }
    Throwable cause = cause();
    if (closing.asked()) {
      return;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    if (cause instanceof Exception exception) {
      throw exception;
    }
    throw new IOException("Debezium's engine ended without saying why");
  }

  /** An interrupted commit is only what the engine's end has brought about. */
  private @Nullable Throwable cause() {
    Throwable ofCommit = consumer.failure();
    Throwable ofEngine = failure.get();
    boolean later = ofCommit == null || ofCommit instanceof InterruptException;
    return later && ofEngine != null ? ofEngine : ofCommit;
  }

  private void endEpoch() {
    try {
      consumer.endIfDue();
    } catch (Throwable e) {
      close(); // the consumer keeps why
    }
  }

  private void beat() {
    measureClock();
    Duration idle = Duration.ofNanos(System.nanoTime() - consumer.lastEpochNanos());
    if (idle.compareTo(HEARTBEAT) < 0) {
      stallTold = false;
      return;
    }
    try {
      leadership.beat();
      if (idle.compareTo(STALLED) > 0 && !stallTold) {
        stallTold = true;
        listener.says(
            "No commit has come from the source's replication slot for "
                + idle.toSeconds()
                + " seconds: a very large transaction, or a source that is busy elsewhere.");
      }
    } catch (Exception e) {
      LOG.warn("heartbeat failed; starting again");
      failure.compareAndSet(null, e);
      close();
    }
  }

  private void measureClock() {
    if (!sourceClock.due()) {
      return;
    }
    try {
      leadership.measure(sourceClock);
    } catch (SQLException e) {
      LOG.debug("the source's clock could not be measured; the next heartbeat tells more", e);
    }
  }

  /** Ends the engine; while it is starting it cannot be ended, so this waits for that. */
  private void close() {
    while (true) {
      try {
        engine.close();
        return;
      } catch (IllegalStateException e) {
        if (e.getMessage() == null || !e.getMessage().contains("while tasks are starting")) {
          return;
        }
        try {
          Thread.sleep(CLOSE_RETRY.toMillis());
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          return;
        }
      } catch (IOException e) {
        LOG.warn("closing Debezium's engine failed", e);
        return;
      }
    }
  }
}
