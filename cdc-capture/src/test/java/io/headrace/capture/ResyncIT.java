package io.headrace.capture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.star.Star;
import io.headrace.star.TableName;
import io.headrace.testing.TestServers;
import io.headrace.wire.Epoch;
import io.headrace.wire.Resync;
import io.headrace.wire.ResyncMessage;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A table is captured again while it changes, wherever the process dies. */
class ResyncIT {

  private static final int ROWS = 12_000;
  private static final int GHOSTS = 50;

  private final String prefix = TestServers.uniqueName("resync");

  private static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  private static Source source() {
    return new Source(
        "CREATE TABLE t (id int, part text, v bigint NOT NULL, PRIMARY KEY (part, id))",
        "ALTER TABLE t REPLICA IDENTITY FULL",
        "CREATE TABLE u (id int PRIMARY KEY)",
        "INSERT INTO t SELECT i, 'p' || i % 3, 0 FROM generate_series(1, " + ROWS + ") i");
  }

  @ParameterizedTest
  @EnumSource(
      value = Moment.class,
      names = {
        "REREAD_BEGUN",
        "RESYNC_ROWS_SENT",
        "RESYNC_GHOSTS_SENT",
        "BEFORE_COMMIT",
        "AFTER_COMMIT"
      })
  void theTopicBecomesTheTable(Moment moment) throws Exception {
    Source source = source();
    Star star = source.star("t", "u");
    CaptureSettings settings = CaptureRun.settings(source, prefix, 3);
    AtomicBoolean done = new AtomicBoolean();
    Thread writer = new Thread(() -> write(source, done));
    AtomicInteger reached = new AtomicInteger();
    AtomicBoolean armed = new AtomicBoolean();
    int dieAt = moment == Moment.RESYNC_GHOSTS_SENT ? 1 : 2;
    Failpoint failpoint =
        now -> {
          if (armed.get() && now == moment && reached.incrementAndGet() >= dieAt) {
            throw new Crash();
          }
        };
    try {
      try (CaptureRun run = new CaptureRun(settings, star, Failpoint.NONE)) {
        run.awaitCaught(source);
      }
      plantGhosts();
      CaptureRun first = new CaptureRun(settings, star, failpoint);
      first.awaitCaught(source);
      writer.start();
      armed.set(true);
      ask(source, "again");
      for (int crash = 1; crash <= 3; crash++) {
        CaptureRun run = crash == 1 ? first : new CaptureRun(settings, star, failpoint);
        assertThat(run.awaitFailure()).isInstanceOf(Crash.class);
        reached.set(0);
      }
      try (CaptureRun run = new CaptureRun(settings, star, Failpoint.NONE)) {
        run.awaitSaid("has been captured again");
        done.set(true);
        writer.join();
        run.awaitCaught(source);
      }
    } finally {
      done.set(true);
    }
    Captured captured = Captured.read(prefix, "t");
    assertThat(byKey(captured)).isEqualTo(sourceByKey(source));
    assertThat(captured.epochs().stream().filter(e -> e.rereads().recaptured().contains("again")))
        .hasSize(1);
    onlyTheTruthIsSent(captured);
    progressOnlyGrows(captured);
  }

  /** Row by row: what was read is what the stream had made of the row by then. */
  private static void onlyTheTruthIsSent(Captured captured) {
    Map<String, String> last = new HashMap<>();
    int read = 0;
    for (Captured.Change change : captured.changes("t")) {
      String key = new String(change.keyBytes(), UTF_8);
      if (change.tombstone() || change.op().equals("d")) {
        last.remove(key);
      } else if (change.op().equals("r") && change.epoch() > 1) {
        read++;
        assertThat(change.after().get("v")).as("%s", change).isEqualTo(last.get(key));
      } else {
        last.put(key, change.after().get("v"));
      }
    }
    assertThat(read).isGreaterThan(ROWS / 2);
  }

  private static void progressOnlyGrows(Captured captured) {
    long rows = 0;
    Resync.Pass pass = Resync.Pass.ROWS;
    int seen = 0;
    for (Epoch epoch : captured.epochs()) {
      for (Resync resync : epoch.rereads().resyncs()) {
        assertThat(resync.rows()).isGreaterThanOrEqualTo(rows);
        assertThat(resync.pass()).isGreaterThanOrEqualTo(pass);
        rows = resync.rows();
        pass = resync.pass();
        seen++;
      }
    }
    assertThat(seen).isGreaterThan(3);
  }

  @Test
  void aSecondRequestForTheSameTableIsRefused() {
    Source source = source();
    try (CaptureRun run = CaptureRun.start(source, prefix, source.star("t", "u"))) {
      run.awaitCaught(source);
      ask(source, "one");
      ask(source, "two");
      run.awaitSaid("has been captured again");
      run.awaitCaught(source);
    }
    Map<String, String> refused = new HashMap<>();
    Captured.read(prefix).epochs().forEach(epoch -> refused.putAll(epoch.rereads().refused()));
    assertThat(refused).containsOnlyKeys("two");
  }

  private static void ask(Source source, String id) {
    source.run(
        "SELECT pg_logical_emit_message(true, 'headrace.resync', '"
            + new ResyncMessage(id, new TableName("public", "t")).content()
            + "')");
  }

  /** Rows that the source never had. */
  private void plantGhosts() {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", TestServers.kafka()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < GHOSTS; i++) {
        String row = "{\"part\":\"ghost\",\"id\":" + i + "}";
        ProducerRecord<byte[], byte[]> ghost =
            new ProducerRecord<>(
                prefix + ".public.t",
                KeyPartition.of(row.getBytes(UTF_8), 3),
                row.getBytes(UTF_8),
                ("{\"before\":null,\"after\":{\"id\":"
                        + i
                        + ",\"part\":\"ghost\",\"v\":0},\"op\":\"c\"}")
                    .getBytes(UTF_8));
        ghost.headers().add(Epoch.HEADER, ByteBuffer.allocate(Long.BYTES).putLong(1).array());
        var unused = producer.send(ghost);
      }
      producer.flush();
    }
  }

  private static Set<String> byKey(Captured captured) {
    Map<String, String> rows = new HashMap<>();
    for (Captured.Change change : captured.changes("t")) {
      String key = new String(change.keyBytes(), UTF_8);
      if (change.tombstone() || change.op().equals("d")) {
        rows.remove(key);
      } else {
        rows.put(
            key,
            change.after().get("id")
                + " "
                + change.after().get("part")
                + " "
                + change.after().get("v"));
      }
    }
    return Set.copyOf(rows.values());
  }

  private static Set<String> sourceByKey(Source source) {
    String all = source.value("SELECT string_agg(id || ' ' || part || ' ' || v, ',') FROM t");
    return Set.of(all.split(",", -1));
  }

  private static void write(Source source, AtomicBoolean done) {
    Random random = new Random();
    try (Connection connection = source.database().connect("test");
        PreparedStatement update =
            connection.prepareStatement("UPDATE t SET v = v + 1 WHERE part = ? AND id = ?");
        PreparedStatement delete =
            connection.prepareStatement("DELETE FROM t WHERE part = ? AND id = ?");
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO t (part, id, v) VALUES (?, ?, 0) ON CONFLICT (part, id) DO UPDATE SET v = t.v + 1")) {
      while (!done.get()) {
        PreparedStatement next =
            random.nextInt(10) == 0 ? delete : random.nextInt(5) == 0 ? insert : update;
        int id = 1 + random.nextInt(ROWS);
        next.setString(1, "p" + id % 3);
        next.setInt(2, id);
        next.executeUpdate();
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
