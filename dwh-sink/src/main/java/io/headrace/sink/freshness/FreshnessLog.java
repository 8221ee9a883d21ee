package io.headrace.sink.freshness;

import io.headrace.sink.freshness.Latencies.Counted;
import io.headrace.stage.Daemons;
import io.headrace.stage.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Beside the merges of the one sink that writes: compares the source's clock with the warehouse's,
 * and keeps the history of freshness and latency. Over connections of its own, every ten seconds;
 * what fails is tried again the next time, and a kill loses what has not been written.
 */
public final class FreshnessLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FreshnessLog.class);
  private static final Duration BETWEEN = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofSeconds(3);
  private static final Duration THIN = Duration.ofHours(1);

  private static final Duration THINNING = Duration.ofMinutes(1);

  /** An hour of what could not be written. */
  private static final int KEPT = 360;

  private static final String SAMPLE =
      """
      INSERT INTO headrace.freshness_history (at, complete_to, epoch, lsn)
      SELECT clock_timestamp(), committed, epoch, lsn FROM headrace.position
      """;

  private static final String CLOCK =
      """
      INSERT INTO headrace.clock (source_ahead, bound, measured_at)
      VALUES (make_interval(secs => ?), make_interval(secs => ?), clock_timestamp())
      ON CONFLICT ((true)) DO UPDATE SET source_ahead = excluded.source_ahead, bound = excluded.bound,
        measured_at = excluded.measured_at
      """;

  private static final String LATENCY =
      """
      INSERT INTO headrace.latency_history (at, hop, changes, epochs, max, buckets, counts)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """;

  private final Database warehouse;
  private final @Nullable Database source;
  private final Latencies latencies;
  private final Deque<Counted> unwritten = new ArrayDeque<>();
  private final ScheduledExecutorService thread;
  private @Nullable Connection toWarehouse;
  private Duration warehouseAhead = Duration.ZERO;
  private long thinnedNanos = System.nanoTime() - THIN.toNanos();

  private FreshnessLog(Database warehouse, @Nullable Database source, Latencies latencies) {
    this.warehouse = warehouse;
    this.source = source;
    this.latencies = latencies;
    thread = Executors.newSingleThreadScheduledExecutor(Daemons.named("headrace-freshness"));
  }

  /**
   * Begins.
   *
   * @param source whose clock is compared; null: no age can be told
   */
  public static FreshnessLog start(
      Database warehouse, @Nullable Database source, Latencies latencies) {
    FreshnessLog log = new FreshnessLog(warehouse, source, latencies);
    var unused =
        log.thread.scheduleWithFixedDelay(log::look, 0, BETWEEN.toMillis(), TimeUnit.MILLISECONDS);
    return log;
  }

  private void look() {
    try {
      Connection connection = toWarehouse();
      measure(connection);
      try (Statement sample = connection.createStatement()) {
        sample.execute(SAMPLE);
      }
      writeLatencies(connection);
      thin();
    } catch (SQLException e) {
      LOG.warn("Freshness was not written down; tried again in ten seconds: {}", e.getMessage());
      toWarehouse = close(toWarehouse);
    } catch (RuntimeException e) {
      LOG.error("Freshness was not written down", e);
    }
  }

  private void measure(Connection connection) throws SQLException {
    ServerClock.Steady ours = new ServerClock.Steady();
    ServerClock here = ServerClock.measure(connection, ours);
    warehouseAhead = here.ahead();
    ServerClock there = source(ours);
    if (there == null) {
      return;
    }
    latencies.sourceAhead(there.ahead());
    try (PreparedStatement write = connection.prepareStatement(CLOCK)) {
      write.setDouble(1, seconds(there.ahead().minus(here.ahead())));
      write.setDouble(2, seconds(there.bound().plus(here.bound())));
      write.executeUpdate();
    }
  }

  private @Nullable ServerClock source(ServerClock.Steady ours) {
    if (source == null) {
      return null;
    }
    // Anew each time: after a fail-over an old connection may go on to the old server.
    try (Connection connection = source.connect("headrace freshness", ANSWER)) {
      return ServerClock.measure(connection, ours);
    } catch (SQLException e) {
      LOG.info("The source's clock was not compared: {}", e.getMessage());
      return null;
    }
  }

  private void writeLatencies(Connection connection) throws SQLException {
    unwritten.add(latencies.take());
    while (unwritten.size() > KEPT) {
      unwritten.remove();
    }
    while (!unwritten.isEmpty()) {
      write(connection, unwritten.element());
      unwritten.remove();
    }
  }

  private void write(Connection connection, Counted counted) throws SQLException {
    Instant at = counted.since().plus(warehouseAhead);
    try (PreparedStatement insert = connection.prepareStatement(LATENCY)) {
      for (var hop : counted.hops().entrySet()) {
        Histogram histogram = hop.getValue();
        if (histogram.count() == 0) {
          continue;
        }
        insert.setObject(1, at.atOffset(ZoneOffset.UTC));
        insert.setString(2, hop.getKey().toString());
        insert.setLong(3, counted.changes());
        insert.setLong(4, histogram.count());
        insert.setDouble(5, histogram.max());
        insert.setArray(6, connection.createArrayOf("smallint", histogram.buckets()));
        insert.setArray(7, connection.createArrayOf("bigint", histogram.counts()));
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private void thin() throws SQLException {
    if (System.nanoTime() - thinnedNanos < THIN.toNanos()) {
      return;
    }
    try (Connection connection = warehouse.connect("headrace freshness", THINNING);
        Statement thin = connection.createStatement()) {
      thin.execute("SELECT headrace.thin_history()");
    }
    thinnedNanos = System.nanoTime();
  }

  private Connection toWarehouse() throws SQLException {
    if (toWarehouse == null) {
      toWarehouse = warehouse.connect("headrace freshness", ANSWER);
    }
    return toWarehouse;
  }

  private static @Nullable Connection close(@Nullable Connection connection) {
    if (connection != null) {
      try {
        connection.close();
      } catch (SQLException e) {
        LOG.debug("a connection could not be closed", e);
      }
    }
    return null;
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  /** Ends; what has been counted since the last time is written first, if the warehouse answers. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(ANSWER.toMillis(), TimeUnit.MILLISECONDS)) {
        thread.shutdownNow();
        return;
      }
      if (toWarehouse != null) {
        writeLatencies(toWarehouse);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SQLException e) {
      LOG.debug("the last latencies were not written", e);
    } finally {
      toWarehouse = close(toWarehouse);
    }
  }
}
