package io.headrace.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.star.Star;
import io.headrace.testing.TestServers;
import io.headrace.wire.Epoch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Wherever the process dies: every change is in the topics once, in order, and every epoch is
 * whole.
 */
class CrashIT {

  private static final int KEYS = 20;

  private final String prefix = TestServers.uniqueName("crash");

  private static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  @ParameterizedTest
  @EnumSource(
      value = Moment.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"REREAD_BEGUN", "RESYNC_ROWS_SENT", "RESYNC_GHOSTS_SENT"})
  void nothingIsLostOrDoubled(Moment moment) throws InterruptedException {
    Source source =
        new Source(
            "CREATE TABLE a (id int PRIMARY KEY, version int NOT NULL)",
            "CREATE TABLE b (id int PRIMARY KEY, version int NOT NULL)",
            "CREATE TABLE ghost (id int PRIMARY KEY)",
            "INSERT INTO a SELECT i, 0 FROM generate_series(1, " + KEYS + ") i",
            "INSERT INTO b SELECT i, 0 FROM generate_series(1, " + KEYS + ") i",
            "INSERT INTO ghost SELECT i FROM generate_series(1, 120000) i");
    Star star = source.star("a", "b", "ghost");
    CaptureSettings settings = CaptureRun.settings(source, prefix, 3);
    Writer writer = new Writer(source);
    boolean inSnapshot = moment == Moment.IN_SNAPSHOT || moment == Moment.SLOT_CREATED;
    for (int crash = 1; crash <= 3; crash++) {
      int dieAt = inSnapshot ? 1 : crash;
      AtomicInteger reached = new AtomicInteger();
      CaptureRun run =
          new CaptureRun(
              settings,
              star,
              now -> {
                if (now == moment && reached.incrementAndGet() >= dieAt) {
                  throw new Crash();
                }
              });
      assertThat(run.awaitFailure()).isInstanceOf(Crash.class);
      if (inSnapshot && crash == 1) {
        source.run("DELETE FROM ghost WHERE id % 3 = 0");
      }
    }
    try (CaptureRun run = new CaptureRun(settings, star, Failpoint.NONE)) {
      run.awaitCaught(source);
      writer.close();
      run.awaitCaught(source);
    }
    Captured captured = Captured.read(prefix, "a", "b", "ghost");
    for (String table : List.of("a", "b", "ghost")) {
      assertThat(captured.rows(table)).isEqualTo(source.rows(table));
    }
    assertThat(writer.transactions).isPositive();
    everyVersionOnce(captured);
    epochsAreWhole(captured);
  }

  private static void everyVersionOnce(Captured captured) {
    for (String table : List.of("a", "b")) {
      Map<String, Integer> last = new HashMap<>();
      for (Captured.Change change : captured.changes(table)) {
        if (change.op().equals("t")) {
          // A TRUNCATE is in every partition, and ends what stands before it in that one only.
          last.keySet().removeIf(id -> id.startsWith(change.partition() + ":"));
        } else {
          int version = Integer.parseInt(change.after().get("version"));
          Integer before = last.put(change.partition() + ":" + change.after().get("id"), version);
          if (change.op().equals("u")) {
            assertThat(version).as("version after %s of %s", before, change).isEqualTo(before + 1);
          }
        }
      }
    }
  }

  private static void epochsAreWhole(Captured captured) {
    List<Long> numbers = captured.epochs().stream().map(Epoch::number).toList();
    List<Long> expected = new ArrayList<>();
    for (long i = 1; i <= numbers.size(); i++) {
      expected.add(i);
    }
    assertThat(numbers).isEqualTo(expected);
    assertThat(captured.epochs().stream().map(Epoch::lsn).toList()).isSorted();

    // A transaction of the writer raises one row of a and the same row of b: they are never in two
    // epochs.
    Map<Long, Set<String>> a = versions(captured, "a");
    Map<Long, Set<String>> b = versions(captured, "b");
    assertThat(a).isEqualTo(b);

    for (String table : List.of("a", "b", "ghost")) {
      for (Captured.Change change : captured.changes(table)) {
        Epoch epoch = captured.epochs().get((int) change.epoch() - 1);
        assertThat(change.offset())
            .isLessThan(epoch.ends().get(change.topic()).get(change.partition()));
        if (change.epoch() > 1) {
          Epoch previous = captured.epochs().get((int) change.epoch() - 2);
          assertThat(change.offset())
              .isGreaterThanOrEqualTo(previous.ends().get(change.topic()).get(change.partition()));
        }
      }
    }
  }

  private static Map<Long, Set<String>> versions(Captured captured, String table) {
    Map<Long, Set<String>> versions = new HashMap<>();
    for (Captured.Change change : captured.changes(table)) {
      if (change.op().equals("u")) {
        versions
            .computeIfAbsent(change.epoch(), e -> new TreeSet<>())
            .add(change.after().get("id") + ":" + change.after().get("version"));
      }
    }
    return versions;
  }

  /** Commits all the while, sometimes one row, sometimes many. */
  private static final class Writer implements AutoCloseable {
    private final Thread thread;
    private volatile boolean stopping;
    private volatile int transactions;

    Writer(Source source) {
      thread =
          new Thread(
              () -> {
                while (!stopping) {
                  int id = transactions % KEYS + 1;
                  String where = transactions % 7 == 0 ? "" : " WHERE id = " + id;
                  source.run(
                      "DO $$ BEGIN UPDATE a SET version = version + 1"
                          + where
                          + "; UPDATE b SET version = version + 1"
                          + where
                          + "; END $$");
                  transactions++;
                }
              });
      thread.start();
    }

    @Override
    public void close() throws InterruptedException {
      stopping = true;
      thread.join();
    }
  }
}
