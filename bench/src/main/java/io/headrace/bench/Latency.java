package io.headrace.bench;

import io.headrace.stage.Database;
import io.headrace.wire.Lsn;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How long it takes from a commit's return to the moment at which a reader of the warehouse sees
 * it. Each change is a transaction of its own, and they are written at a fixed rate whether or not
 * the pipeline keeps up.
 */
final class Latency {

  private static final Duration POLL = Duration.ofMillis(1);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Queue<Commit> commits = new ConcurrentLinkedQueue<>();

  private record Commit(Lsn lsn, long nanos) {}

  /**
   * Writes and watches.
   *
   * @param rate changes a second
   * @param warmUp how many of the first changes are not counted
   * @param counted how many changes are
   */
  Percentiles measure(
      Database source, Progress progress, SchoolChanges changes, int rate, int warmUp, int counted)
      throws SQLException {
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(
            () -> {
              try {
                write(source, changes, rate, warmUp + counted);
              } catch (SQLException e) {
                throw new CompletionException(e);
              }
            },
            task -> new Thread(task, "writer").start());
    Queue<Long> nanos = new ArrayDeque<>();
    long lastSeen = System.nanoTime();
    while (nanos.size() < warmUp + counted) {
      if (writer.isCompletedExceptionally()) {
        var unused = writer.join();
      }
      Lsn shown = progress.shown();
      long now = System.nanoTime();
      for (Commit next = commits.peek();
          next != null && next.lsn().compareTo(shown) <= 0;
          next = commits.peek()) {
        nanos.add(now - commits.remove().nanos());
        lastSeen = now;
      }
      if (now - lastSeen > PATIENCE.toNanos()) {
        throw new SQLException("no change became visible within " + PATIENCE.toSeconds() + " s");
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    return new Percentiles(nanos.stream().skip(warmUp).mapToLong(Long::longValue).toArray());
  }

  private void write(Database source, SchoolChanges changes, int rate, int count)
      throws SQLException {
    try (Connection connection = source.connect("headrace bench");
        SchoolChanges.Statements statements = new SchoolChanges.Statements(connection)) {
      long period = TimeUnit.SECONDS.toNanos(1) / rate;
      long due = System.nanoTime();
      for (int i = 0; i < count; i++) {
        changes.change(statements);
        long committed = System.nanoTime();
        commits.add(new Commit(Progress.written(connection), committed));
        due += period;
        LockSupport.parkNanos(due - System.nanoTime());
      }
    }
  }
}
