package io.headrace.pipeline;

import io.headrace.cli.workload.RandomWorkload;
import io.headrace.wire.Lsn;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The only one who writes into the source, one transaction after the other, and who writes down
 * after each what the star's SELECTs return.
 */
final class Writer implements AutoCloseable {

  /** Each is an epoch of its own, or nearly: what is tried here is their borders, not speed. */
  private static final long PAUSE_MILLIS = 5;

  private static final int FAN_OUT_EVERY = 12;

  private final Connection source;
  private final Checksums checksums;
  private final History history;
  private final RandomWorkload workload;
  private Lsn before = new Lsn(0);
  private @Nullable Thread thread;
  private CountDownLatch paused = new CountDownLatch(1);
  private volatile @Nullable Throwable failure;

  /** A transaction of the test's own. */
  interface Work {
    void run() throws SQLException;
  }

  Writer(Setup setup, Checksums checksums, History history, RandomWorkload workload)
      throws SQLException {
    this.source = setup.source().connect("writer");
    this.checksums = checksums;
    this.history = history;
    this.workload = workload;
    try (Statement set = source.createStatement()) {
      set.execute("SET TimeZone = 'UTC'");
    }
    record();
  }

  private void record() throws SQLException {
    Lsn after = Convergence.written(source);
    history.add(checksums.ofSource(source), before, after);
    before = after;
  }

  /** Makes a transaction of the test's own, while the random ones rest. */
  void commit(Work work) throws SQLException {
    work.run();
    record();
  }

  /** One statement as a transaction of its own. */
  void commit(String sql) throws SQLException {
    commit(
        () -> {
          try (Statement statement = source.createStatement()) {
            statement.execute(sql);
          }
        });
  }

  /** Makes random transactions one after the other. */
  void commitRandom(int transactions) throws SQLException {
    for (int i = 0; i < transactions; i++) {
      commit(workload::transaction);
    }
  }

  /**
   * Lets random transactions go on by themselves, with a fan-out now and then, until {@link
   * #pause}.
   */
  void resume(String fanOut) {
    paused = new CountDownLatch(1);
    Thread started =
        new Thread(
            () -> {
              try {
                for (int i = 1; !paused.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS); i++) {
                  if (i % FAN_OUT_EVERY == 0) {
                    commit(fanOut);
                  } else {
                    commitRandom(1);
                  }
                }
              } catch (Throwable e) {
                failure = e;
              }
            },
            "writer");
    started.start();
    thread = started;
  }

  /** Stops the random transactions. */
  void pause() throws SQLException {
    paused.countDown();
    if (thread != null) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      thread = null;
    }
    check();
  }

  /** Throws what went wrong in the random transactions. */
  void check() {
    if (failure != null) {
      throw new AssertionError(
          "the writer with seed " + workload.seed() + " failed: " + failure, failure);
    }
  }

  @Override
  public void close() throws SQLException {
    pause();
    workload.close();
    source.close();
  }
}
