package io.headrace.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.testing.TestServers;
import io.headrace.wire.CutMessage;
import io.headrace.wire.Epoch;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** An epoch ends exactly where a snapshot stands, or the capture says that none does. */
class CutIT {
  private static final int WRITERS = 4;
  private static final int CUTS = 16;
  private static final int ROWS = 50;

  private final String prefix = TestServers.uniqueName("capture");

  @Test
  void underManyWritersTheSnapshotIsTheStateAtTheEpochsEnd() throws Exception {
    Source source =
        new Source(
            "CREATE TABLE t (id int PRIMARY KEY, v bigint)",
            "ALTER TABLE t REPLICA IDENTITY FULL",
            "INSERT INTO t SELECT i, 0 FROM generate_series(1, " + ROWS + ") i");
    Map<String, TreeMap<String, List<String>>> snapshots = new HashMap<>();
    try (CaptureRun run = CaptureRun.start(source, prefix, source.star("t"))) {
      run.awaitCaught(source);
      AtomicBoolean done = new AtomicBoolean();
      List<Thread> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        Thread writer = new Thread(() -> write(source, done));
        writer.start();
        writers.add(writer);
      }
      for (int i = 0; i < CUTS; i++) {
        snapshots.put("cut" + i, cut(source, "cut" + i));
      }
      done.set(true);
      for (Thread writer : writers) {
        writer.join();
      }
      run.awaitCaught(source);
    }
    Captured captured = Captured.read(prefix, "t");
    List<Epoch.Cut> answers =
        captured.epochs().stream().map(Epoch::cut).filter(cut -> cut != null).toList();
    assertThat(answers)
        .extracting(Epoch.Cut::id)
        .containsExactlyInAnyOrderElementsOf(snapshots.keySet());
    List<Epoch.Cut> found = answers.stream().filter(cut -> cut.epoch() > 0).toList();
    System.out.println("[headrace] " + found.size() + " of " + CUTS + " snapshots were cuts");
    assertThat(found).hasSizeGreaterThan(CUTS / 4);
    for (Epoch.Cut cut : found) {
      assertThat(captured.rows("t", cut.epoch())).isEqualTo(snapshots.get(cut.id()));
    }
  }

  private static TreeMap<String, List<String>> cut(Source source, String id) throws SQLException {
    try (Connection messages = source.database().connect("test");
        Connection snapshot = source.database().connect("test")) {
      emit(messages, new CutMessage.Begin(id));
      snapshot.setAutoCommit(false);
      snapshot.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      TreeMap<String, List<String>> rows = new TreeMap<>();
      try (Statement statement = snapshot.createStatement()) {
        try (ResultSet row = statement.executeQuery("SELECT pg_current_snapshot()")) {
          row.next();
          emit(messages, new CutMessage.End(id, row.getString(1)));
        }
        try (ResultSet row = statement.executeQuery("SELECT id, v FROM t")) {
          while (row.next()) {
            rows.put(row.getString(1), List.of(row.getString(1), row.getString(2)));
          }
        }
      }
      return rows;
    }
  }

  private static void emit(Connection connection, CutMessage message) throws SQLException {
    try (PreparedStatement emit =
        connection.prepareStatement("SELECT pg_logical_emit_message(true, ?, ?)")) {
      emit.setString(1, CutMessage.PREFIX);
      emit.setString(2, message.content());
      emit.execute();
    }
  }

  private static void write(Source source, AtomicBoolean done) {
    Random random = new Random();
    try (Connection connection = source.database().connect("test");
        PreparedStatement update =
            connection.prepareStatement("UPDATE t SET v = v + 1 WHERE id = ?")) {
      while (!done.get()) {
        update.setInt(1, 1 + random.nextInt(ROWS));
        update.executeUpdate();
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
