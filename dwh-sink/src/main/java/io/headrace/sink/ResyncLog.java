package io.headrace.sink;

import io.headrace.stage.Daemons;
import io.headrace.stage.Database;
import io.headrace.wire.Epoch;
import io.headrace.wire.EpochReader;
import io.headrace.wire.Rereads;
import io.headrace.wire.Resync;
import io.headrace.wire.Topics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes into {@code headrace.resync} what the epochs tell of tables that are captured again. The
 * last epoch tells all: what is under way and what has ended within an hour. A thread of its own,
 * which nothing else waits for; what fails is tried again.
 */
final class ResyncLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ResyncLog.class);
  private static final Duration EVERY = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofSeconds(10);

  /** What is known already is not written again. */
  private static final String WRITE =
      """
      INSERT INTO headrace.resync AS r (id, source_table, trigger, started, finished, state, rows, error)
      VALUES (?, ?, ?, coalesce(?, clock_timestamp()), ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE
        SET finished = excluded.finished, state = excluded.state, rows = excluded.rows, error = excluded.error
        WHERE (r.finished, r.state, r.rows, r.error)
          IS DISTINCT FROM (excluded.finished, excluded.state, excluded.rows, excluded.error)
      """;

  private static final String LOSE =
      """
      UPDATE headrace.resync SET finished = clock_timestamp(), state = 'failed',
        error = 'its end was not seen: it was given up, or no sink was at work for an hour after it'
      WHERE state = 'running' AND id <> ALL (?)
      """;

  private final Database warehouse;
  private final String bootstrapServers;
  private final Topics topics;
  private final Closing closing = new Closing();
  private final Thread thread = Daemons.named("headrace-resync-log").newThread(this::run);
  private @Nullable Rereads written;

  private ResyncLog(SinkSettings settings) {
    this.warehouse = settings.warehouse();
    this.bootstrapServers = settings.bootstrapServers();
    this.topics = settings.topics();
  }

  /** Begins to write, for the one sink that writes to the live star. */
  static ResyncLog start(SinkSettings settings) {
    ResyncLog log = new ResyncLog(settings);
    log.thread.start();
    return log;
  }

  private void run() {
    while (!closing.wished()) {
      try (EpochReader epochs = new EpochReader(bootstrapServers, topics, ANSWER)) {
        follow(epochs);
      } catch (KafkaException | SQLException e) {
        LOG.debug("what the epochs tell of resyncs was not written", e);
        closing.pause(EVERY);
      } catch (RuntimeException e) {
        LOG.warn("what the epochs tell of resyncs cannot be written", e);
        return;
      }
    }
  }

  private void follow(EpochReader epochs) throws SQLException {
    do {
      Epoch last = epochs.last();
      if (last != null && !same(last.rereads())) {
        write(last.rereads());
        written = last.rereads();
      }
    } while (!closing.pause(EVERY));
  }

  private boolean same(Rereads told) {
    return written != null
        && told.resyncs().equals(written.resyncs())
        && told.ended().equals(written.ended());
  }

  private void write(Rereads told) throws SQLException {
    try (Connection connection = warehouse.connect("headrace sink, resyncs")) {
      connection.setAutoCommit(false);
      try (PreparedStatement write = connection.prepareStatement(WRITE);
          PreparedStatement lose = connection.prepareStatement(LOSE)) {
        List<Resync> known = new ArrayList<>();
        for (Resync.Ended ended : told.ended()) {
          known.add(ended.resync());
          add(write, ended.resync(), ended.at(), ended.error() == null ? "done" : "failed");
          write.setString(8, ended.error());
          write.addBatch();
        }
        for (Resync resync : told.resyncs()) {
          known.add(resync);
          add(write, resync, null, "running");
          write.setString(8, null);
          write.addBatch();
        }
        write.executeBatch();
        lose.setArray(
            1, connection.createArrayOf("text", known.stream().map(Resync::id).toArray()));
        lose.executeUpdate();
      }
      connection.commit();
    }
  }

  private static void add(
      PreparedStatement write, Resync resync, @Nullable Instant finished, String state)
      throws SQLException {
    write.setString(1, resync.id());
    write.setString(2, resync.table().toString());
    write.setString(3, resync.trigger().name().toLowerCase(Locale.ROOT).replace('_', ' '));
    time(write, 4, resync.started());
    time(write, 5, finished);
    write.setString(6, state);
    write.setLong(7, resync.rows());
  }

  private static void time(PreparedStatement write, int at, @Nullable Instant instant)
      throws SQLException {
    write.setObject(at, instant == null ? null : instant.atOffset(ZoneOffset.UTC));
  }

  @Override
  public void close() {
    closing.wish();
  }
}
