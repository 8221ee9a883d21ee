package io.headrace.sink;

import io.headrace.stage.Stage;
import io.headrace.stage.StageException;
import io.headrace.stage.StageListener;
import io.headrace.star.Star;
import io.headrace.wire.EpochMark;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings facts into the star: whole epochs, each exactly once, in the same warehouse transaction as
 * the position in Kafka. Of several sinks on one warehouse one writes and the others stand by.
 */
public final class Sink implements Stage {
  private static final Logger LOG = LoggerFactory.getLogger(Sink.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** How long closing waits for a running statement before it is cancelled. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final SinkSettings settings;
  private final Star star;
  private final StageListener listener;
  private final Failpoints failpoints;
  private final SinkMeters meters;
  private final Closing closing = new Closing();
  private final AtomicBoolean refill;
  private volatile boolean started;
  private volatile @Nullable Connection connection;
  private Duration pause = FIRST_PAUSE;
  private boolean toldTrouble;

  /**
   * A sink that has not begun.
   *
   * @param star compiled against the warehouse
   */
  public Sink(SinkSettings settings, Star star, StageListener listener) {
    this(settings, star, listener, new CompositeMeterRegistry());
  }

  /** The same, counting what it does. */
  public Sink(SinkSettings settings, Star star, StageListener listener, MeterRegistry registry) {
    this(settings, star, listener, registry, Failpoints.NONE);
  }

  Sink(
      SinkSettings settings,
      Star star,
      StageListener listener,
      MeterRegistry registry,
      Failpoints failpoints) {
    this.settings = settings;
    this.star = star;
    this.listener = new Recovery(listener);
    this.failpoints = failpoints;
    this.meters = new SinkMeters(registry);
    this.refill = new AtomicBoolean(settings.refill());
  }

  @Override
  public void run() {
    started = true;
    try {
      while (!closing.wished()) {
        runOnce();
      }
    } finally {
      closing.end();
    }
  }

  private void runOnce() {
    try (Connection opened = settings.place().connect(settings.warehouse(), "headrace sink")) {
      connection = opened;
      WarehouseSchema.migrateOwn(settings.warehouse());
      new SinkSession(settings, star, listener, meters, closing, failpoints, refill, opened).run();
    } catch (SQLException e) {
      SqlFailure failure = new SqlFailure(e);
      if (!failure.passes()) {
        throw new StageException(
            failure.needsOtherSettings()
                ? StageException.Kind.SETTINGS
                : StageException.Kind.FAILED,
            "The sink cannot go on with " + settings.warehouse() + ": " + failure.sentence(),
            e);
      }
      tryAgain("The warehouse cannot be written to: " + failure.sentence(), e);
    } catch (WriterLock.FencedException | FactConsumer.OtherTopicsException e) {
      tryAgain(e.getMessage(), e);
    } catch (InterruptException | InterruptedException e) {
      Thread.currentThread().interrupt();
      closing.wish();
    } catch (InvalidOffsetException e) {
      tryAgain("Kafka does not have the facts that come next in " + e.partitions() + ".", e);
    } catch (RetriableException e) {
      tryAgain(
          "Kafka at " + settings.bootstrapServers() + " does not answer: " + e.getMessage(), e);
    } catch (KafkaException e) {
      throw new StageException(
          StageException.Kind.FAILED,
          "The facts cannot be read from Kafka at "
              + settings.bootstrapServers()
              + ": "
              + e.getMessage(),
          e);
    } finally {
      connection = null;
    }
  }

  private void tryAgain(@Nullable String trouble, Exception cause) {
    if (closing.wished()) {
      return;
    }
    meters.retry();
    LOG.warn("The sink begins again from the position in the warehouse: {}", trouble);
    LOG.debug("The cause", cause);
    if (!toldTrouble) {
      listener.says(trouble + " The sink tries again.");
      toldTrouble = true;
    }
    closing.pause(pause);
    Duration longer = pause.multipliedBy(2);
    pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
  }

  @Override
  public void close() {
    closing.wish();
    if (started && !closing.awaitEnd(PATIENCE)) {
      cancelStatement();
      if (!closing.awaitEnd(PATIENCE)) {
        LOG.warn("The sink has not ended in time");
      }
    }
  }

  private void cancelStatement() {
    Connection open = connection;
    if (open == null) {
      return;
    }
    try {
      open.unwrap(PGConnection.class).cancelQuery();
    } catch (SQLException e) {
      LOG.warn("The sink's statement could not be cancelled", e);
    }
  }

  /** Notices that work succeeds again. */
  private final class Recovery implements StageListener {
    private final StageListener listener;

    Recovery(StageListener listener) {
      this.listener = listener;
    }

    @Override
    public void says(String sentence) {
      listener.says(sentence);
    }

    @Override
    public void progress(String work, long done, long total) {
      listener.progress(work, done, total);
    }

    @Override
    public void completed(EpochMark epoch) {
      toldTrouble = false;
      pause = FIRST_PAUSE;
      listener.completed(epoch);
    }
  }
}
