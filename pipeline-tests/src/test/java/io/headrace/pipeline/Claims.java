package io.headrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Writers in the source who note, after each commit, what the source's clock says: from then on
 * their row could be read. And a reader who holds every claim of headrace.freshness against that.
 */
final class Claims implements AutoCloseable {
  private static final int WRITERS = 3;

  /** Writer w's rows have ids from w times this on, without gaps. */
  private static final int RANGE = 1_000_000;

  private static final String CLAIM =
      "SELECT f.complete_to, extract(epoch FROM f.age), extract(epoch FROM f.age_bound)"
          + ", (SELECT max(course_id) FROM d_course WHERE course_id BETWEEN ? AND ?)"
              .repeat(WRITERS)
          + " FROM headrace.freshness f WHERE f.kind = 'star'";

  private final Setup setup;
  private final List<Thread> threads = new ArrayList<>();

  /** By writer: the source's clock after a commit, and the row. */
  private final List<ConcurrentSkipListMap<Instant, Integer>> written = new ArrayList<>();

  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final AtomicInteger checked = new AtomicInteger();
  private volatile boolean writing = true;
  private volatile boolean ended;
  private volatile @Nullable Instant claimed;

  Claims(Setup setup) {
    this.setup = setup;
    for (int w = 1; w <= WRITERS; w++) {
      ConcurrentSkipListMap<Instant, Integer> rows = new ConcurrentSkipListMap<>();
      written.add(rows);
      int writer = w;
      start(() -> write(writer, rows));
    }
    start(this::read);
  }

  private interface Work {
    void run() throws Exception;
  }

  private void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (Throwable e) {
                failure.compareAndSet(null, e);
              }
            });
    thread.start();
    threads.add(thread);
  }

  private void write(int writer, Map<Instant, Integer> rows) throws Exception {
    try (Connection source = setup.source().connect("writer");
        PreparedStatement insert =
            source.prepareStatement("INSERT INTO course (id, title) VALUES (?, 'claimed')");
        Statement clock = source.createStatement()) {
      for (int id = writer * RANGE; !ended; id += writing ? 1 : 0) {
        if (writing) {
          insert.setInt(1, id);
          insert.executeUpdate();
          rows.put(now(clock), id);
        }
        Thread.sleep(2);
      }
    }
  }

  private static Instant now(Statement clock) throws SQLException {
    try (ResultSet row = clock.executeQuery("SELECT clock_timestamp()")) {
      row.next();
      return row.getObject(1, OffsetDateTime.class).toInstant();
    }
  }

  private void read() throws Exception {
    try (Connection source = setup.source().connect("reader");
        Statement clock = source.createStatement();
        Connection warehouse = setup.warehouse().connect("reader");
        PreparedStatement claim = warehouse.prepareStatement(CLAIM)) {
      for (int w = 1; w <= WRITERS; w++) {
        claim.setInt(2 * w - 1, w * RANGE);
        claim.setInt(2 * w, (w + 1) * RANGE - 1);
      }
      while (!ended) {
        check(clock, claim);
        Thread.sleep(3);
      }
    }
  }

  private void check(Statement clock, PreparedStatement claim) throws SQLException {
    Instant before = now(clock);
    try (ResultSet row = claim.executeQuery()) {
      assertThat(row.next()).isTrue();
      OffsetDateTime complete = row.getObject(1, OffsetDateTime.class);
      if (complete == null) {
        return;
      }
      Instant completeTo = complete.toInstant();
      for (int w = 0; w < WRITERS; w++) {
        Map.Entry<Instant, Integer> last = written.get(w).floorEntry(completeTo);
        if (last != null) {
          assertThat(row.getInt(4 + w))
              .as("writer %s's rows, complete to %s; %s", w, completeTo, last)
              .isGreaterThanOrEqualTo(last.getValue());
        }
      }
      checkAge(row, before, now(clock), completeTo);
      claimed = completeTo;
      checked.incrementAndGet();
    }
  }

  private static void checkAge(ResultSet row, Instant before, Instant after, Instant completeTo)
      throws SQLException {
    double age = row.getDouble(2);
    if (row.wasNull()) {
      return;
    }
    assertThat(age)
        .as("an age is never understated")
        .isGreaterThanOrEqualTo(seconds(Duration.between(completeTo, before)) - 1e-6);
    assertThat(age - row.getDouble(3))
        .as("nor overstated by more than its bound")
        .isLessThanOrEqualTo(seconds(Duration.between(completeTo, after)) + 1e-6);
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  /** Lets the source be idle, or not. */
  void writing(boolean wished) {
    writing = wished;
  }

  /** What was claimed last; null before the first load. */
  @Nullable Instant claimed() {
    return claimed;
  }

  int checked() {
    return checked.get();
  }

  /** Throws what was claimed too much. */
  void check() {
    Throwable failed = failure.get();
    if (failed != null) {
      throw new AssertionError(failed.getMessage(), failed);
    }
  }

  @Override
  public void close() throws InterruptedException {
    ended = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
