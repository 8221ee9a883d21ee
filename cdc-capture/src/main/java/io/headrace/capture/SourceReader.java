package io.headrace.capture;

import io.headrace.stage.Daemons;
import io.headrace.stage.Database;
import io.headrace.wire.Lsn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads rows in a thread and over a connection of its own: low watermark, rows, high watermark. A
 * source that is away is waited for; the token of the watermarks is then another one.
 */
final class SourceReader implements RowReader, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SourceReader.class);

  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Database source;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Daemons.named("headrace-capture-reader"));
  private volatile boolean closed;
  private volatile @Nullable Connection open;

  SourceReader(Database source) {
    this.source = source;
  }

  @Override
  public void begin(Reading reading) {
    thread.execute(() -> read(reading));
  }

  private void read(Reading reading) {
    while (!closed) {
      try {
        attempt(reading);
        return;
      } catch (SQLException e) {
        if (closed) {
          return;
        }
        LOG.warn("reading rows again was interrupted", e);
        abort();
        if (!rest()) {
          return;
        }
      }
    }
  }

  private void attempt(Reading reading) throws SQLException {
    Connection connection = connection();
    try {
      reading.reread().prepare(connection);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    String token = UUID.randomUUID().toString();
    reading.begins(token);
    Lsn low = emit(connection, Watermark.LOW, token);
    Reread.Answer answer = answer(reading.reread(), connection, low);
    reading.ends(answer);
    var unused = emit(connection, Watermark.HIGH, token);
  }

  private static Reread.Answer answer(Reread reread, Connection connection, Lsn low)
      throws SQLException {
    connection.setAutoCommit(false);
    try {
      SourceSession.execute(
          connection, List.of("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"));
      return reread.read(connection, low);
    } catch (Reread.RefusedException e) {
      return new Reread.Refused(String.valueOf(e.getMessage()));
    } catch (SQLException e) {
      if (Failure.passes(e)) {
        throw e;
      }
      LOG.warn("rows cannot be read again", e);
      return new Reread.Refused("The source refused: " + e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("rows cannot be read again", e);
      return new Reread.Refused("Reading failed: " + e);
    } finally {
      if (!connection.isClosed()) {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
  }

  /** What a transaction that has begun to read sees. */
  static VisibleTransactions visible(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_current_snapshot()")) {
      row.next();
      return VisibleTransactions.parse(row.getString(1));
    }
  }

  private static Lsn emit(Connection connection, String prefix, String content)
      throws SQLException {
    try (PreparedStatement emit =
        connection.prepareStatement("SELECT pg_logical_emit_message(true, ?, ?)::text")) {
      emit.setString(1, prefix);
      emit.setString(2, content);
      try (ResultSet row = emit.executeQuery()) {
        row.next();
        return Lsn.parse(row.getString(1));
      }
    }
  }

  private Connection connection() throws SQLException {
    Connection present = open;
    if (present != null && !present.isClosed()) {
      return present;
    }
    Connection made = SourceSession.open(source);
    open = made;
    if (closed) {
      abort();
    }
    SourceSession.execute(made, SourceSession.TEXT_FORM);
    SourceSession.execute(made, List.of("SET statement_timeout = 0"));
    return made;
  }

  private void abort() {
    Connection present = open;
    open = null;
    if (present != null) {
      try {
        present.abort(Runnable::run);
      } catch (SQLException e) {
        LOG.debug("closing the reader's connection failed", e);
      }
    }
  }

  private static boolean rest() {
    try {
      Thread.sleep(RETRY.toMillis());
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Ends what is being read. */
  @Override
  public void close() {
    closed = true;
    thread.shutdownNow();
    abort();
  }
}
