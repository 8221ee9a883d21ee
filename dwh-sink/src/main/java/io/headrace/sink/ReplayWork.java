package io.headrace.sink;

import io.headrace.stage.StageException;
import io.headrace.stage.StageListener;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * What all steps of a replay share: its connection and its record, how a step fails, and the wish
 * that it ends. For one thread, but for {@link #stop}.
 */
final class ReplayWork implements AutoCloseable {
  private final ReplaySettings settings;
  private final StageListener listener;
  private final ReplayFailpoints failpoints;
  private final Connection connection;
  private final ReplayLog log;
  private final Closing closing = new Closing();
  private long id;

  ReplayWork(
      ReplaySettings settings,
      StageListener listener,
      ReplayFailpoints failpoints,
      Connection connection) {
    this.settings = settings;
    this.listener = listener;
    this.failpoints = failpoints;
    this.connection = connection;
    this.log = new ReplayLog(connection);
  }

  ReplaySettings settings() {
    return settings;
  }

  /** In autocommit between two steps. */
  Connection connection() {
    return connection;
  }

  ReplayLog log() {
    return log;
  }

  /** The number of this replay; 0 before {@link #begin}. */
  long id() {
    return id;
  }

  void says(String sentence) {
    listener.says(sentence);
  }

  StageListener listener() {
    return listener;
  }

  void at(ReplayFailpoints.Point point) {
    failpoints.at(point);
  }

  /** Writes down that this replay begins. */
  void begin(String from, String to) throws SQLException {
    id = log.begin(from, to);
  }

  /** Does a step; one that fails ends the replay, and is written down. */
  <T> T step(ReplayConnection.Work<T> step) {
    try {
      return step.run();
    } catch (SQLException e) {
      log.failed(id, new SqlFailure(e).sentence());
      throw failed(settings, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw stopped();
    } catch (RuntimeException e) {
      log.failed(id, e.getMessage());
      throw e;
    }
  }

  /** Does something in one transaction. */
  <T> T inTransaction(ReplayConnection.Work<T> work) throws SQLException, InterruptedException {
    return ReplayConnection.inTransaction(connection, work);
  }

  /** Waits; throws when the end is wished for. */
  void rest(Duration duration) {
    if (closing.pause(duration)) {
      throw stopped();
    }
  }

  /** Asks for the end, from any thread. */
  void stop() {
    closing.wish();
  }

  private static StageException stopped() {
    return new StageException(
        StageException.Kind.FAILED,
        "The replay has been stopped. The live star is as it was; started again, the replay goes on where it was");
  }

  static StageException failed(ReplaySettings settings, SQLException e) {
    return new StageException(
        StageException.Kind.FAILED,
        "The replay cannot go on in " + settings.warehouse() + ": " + new SqlFailure(e).sentence(),
        e);
  }

  @Override
  public void close() {
    ReplayConnection.close(connection);
  }
}
