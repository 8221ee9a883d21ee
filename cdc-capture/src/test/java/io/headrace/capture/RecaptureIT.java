package io.headrace.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.star.TableName;
import io.headrace.testing.TestServers;
import io.headrace.wire.Epoch;
import io.headrace.wire.RecaptureMessage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Rows that somebody asks for are sent again, as they are. */
class RecaptureIT {

  private static final int ROWS = 200;
  private static final int REQUESTS = 20;

  private final String prefix = TestServers.uniqueName("capture");

  private static void ask(Source source, String content) {
    try (Connection connection = source.database().connect("test");
        PreparedStatement emit =
            connection.prepareStatement("SELECT pg_logical_emit_message(true, ?, ?)")) {
      emit.setString(1, RecaptureMessage.PREFIX);
      emit.setString(2, content);
      emit.execute();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static String request(String id, String table, List<Map<String, String>> keys) {
    return new RecaptureMessage(
            id, List.of(new RecaptureMessage.Rows(new TableName("public", table), keys)))
        .content();
  }

  private Epoch awaitAnswer(CaptureRun run, Source source, String id) {
    for (int i = 0; i < 50; i++) {
      run.awaitCaught(source);
      for (Epoch epoch : Captured.read(prefix).epochs()) {
        if (epoch.rereads().recaptured().contains(id)
            || epoch.rereads().refused().containsKey(id)) {
          return epoch;
        }
      }
    }
    throw new AssertionError("no answer to " + id);
  }

  @Test
  void rowsOfEveryKindAreSentAsTheyAre() {
    Source source =
        new Source(
            "CREATE TABLE t (a text, id bigint, v numeric(10, 2), j jsonb, PRIMARY KEY (id, a))",
            "ALTER TABLE t REPLICA IDENTITY FULL",
            "CREATE TABLE b (k bytea PRIMARY KEY, yes boolean)",
            "ALTER TABLE b REPLICA IDENTITY FULL",
            "INSERT INTO t VALUES ('it''s', 1, 1.50, '{\"a\": 1}'), ('tab\t', 2, NULL, NULL)",
            "INSERT INTO b VALUES ('\\x00ff', true)");
    try (CaptureRun run = CaptureRun.start(source, prefix, source.star("t", "b"))) {
      run.awaitCaught(source);
      source.run("ALTER TABLE t ADD COLUMN late int", "UPDATE t SET late = 7 WHERE id = 1");
      ask(
          source,
          request(
              "a",
              "t",
              List.of(
                  Map.of("id", "1", "a", "it's"),
                  Map.of("id", "2", "a", "tab\t"),
                  Map.of("id", "3", "a", ""))));
      ask(source, request("b", "b", List.of(Map.of("k", "AP8="), Map.of("k", "AQ=="))));
      Epoch a = awaitAnswer(run, source, "a");
      Epoch b = awaitAnswer(run, source, "b");
      assertThat(a.rereads().refused()).isEmpty();

      Captured captured = Captured.read(prefix, "t", "b");
      assertThat(captured.rows("t")).isEqualTo(source.rows("t"));
      assertThat(captured.rows("b")).hasSize(1);
      assertThat(again(captured, "t", a))
          .containsExactlyInAnyOrder(
              "r it's,1,1.50,{\"a\": 1},7", "r tab\t,2,null,null,null", "d {\"id\":3,\"a\":\"\"}");
      assertThat(again(captured, "b", b))
          .containsExactlyInAnyOrder("r AP8=,true", "d {\"k\":\"AQ==\"}");
    }
  }

  @Test
  void moreThanMemoryIsForIsReadInParts() {
    Source source =
        new Source(
            "CREATE TABLE t (id int PRIMARY KEY, v text)",
            "ALTER TABLE t REPLICA IDENTITY FULL",
            "CREATE TABLE other (id int PRIMARY KEY)",
            "INSERT INTO t SELECT i, repeat('x', 9000000) FROM generate_series(1, 6) i",
            "INSERT INTO other VALUES (1)");
    try (CaptureRun run = CaptureRun.start(source, prefix, source.star("t", "other"))) {
      run.awaitCaught(source);
      List<Map<String, String>> keys = new ArrayList<>();
      for (int i = 1; i <= 7; i++) {
        keys.add(Map.of("id", Integer.toString(i)));
      }
      ask(
          source,
          new RecaptureMessage(
                  "long",
                  List.of(
                      new RecaptureMessage.Rows(new TableName("public", "t"), keys),
                      new RecaptureMessage.Rows(
                          new TableName("public", "other"), List.of(Map.of("id", "1")))))
              .content());
      assertThat(awaitAnswer(run, source, "long").rereads().recaptured()).containsExactly("long");
      Captured captured = Captured.read(prefix, "t", "other");
      assertThat(keysAgain(captured, "t"))
          .containsExactlyInAnyOrder(
              "r {\"id\":1}",
              "r {\"id\":2}",
              "r {\"id\":3}",
              "r {\"id\":4}",
              "r {\"id\":5}",
              "r {\"id\":6}",
              "d {\"id\":7}");
      assertThat(keysAgain(captured, "other")).hasSize(1);
    }
  }

  private static List<String> keysAgain(Captured captured, String table) {
    return captured.changes(table).stream()
        .filter(change -> change.again())
        .map(change -> change.op() + " " + change.key())
        .toList();
  }

  private static List<String> again(Captured captured, String table, Epoch epoch) {
    return captured.changes(table).stream()
        .filter(change -> change.again() && change.epoch() == epoch.number())
        .map(
            change ->
                change.op().equals("d")
                    ? "d " + change.key()
                    : change.op()
                        + " "
                        + String.join(
                            ",", change.after().values().stream().map(String::valueOf).toList()))
        .toList();
  }

  @Test
  void badRequestsAreAnsweredAndStopNothing() {
    Source source = new Source("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
    try (CaptureRun run = CaptureRun.start(source, prefix, source.star("t"))) {
      run.awaitCaught(source);
      ask(source, "soon");
      ask(source, request("unknown", "nothing", List.of(Map.of("id", "1"))));
      ask(source, request("type", "t", List.of(Map.of("id", "one"))));
      ask(source, request("spelling", "t", List.of(Map.of("id", "01"))));
      List<Map<String, String>> many = new ArrayList<>();
      for (int i = 0; i <= RecaptureMessage.MOST_KEYS; i++) {
        many.add(Map.of("id", Integer.toString(i)));
      }
      ask(source, request("many", "t", many));
      ask(source, request("last", "t", List.of(Map.of("id", "1"))));
      assertThat(awaitAnswer(run, source, "last").rereads().recaptured()).contains("last");
      Map<String, String> refused = new java.util.HashMap<>();
      Captured.read(prefix).epochs().forEach(epoch -> refused.putAll(epoch.rereads().refused()));
      assertThat(refused).containsOnlyKeys("unknown", "type", "spelling", "many");
      assertThat(refused.get("type")).contains("invalid input syntax for type integer");
      assertThat(refused.get("spelling")).contains("must be written as in the table's topic");
    }
  }

  @Test
  void underManyWritersNothingOldIsSent() throws Exception {
    Source source =
        new Source(
            "CREATE TABLE t (id int PRIMARY KEY, v bigint)",
            "ALTER TABLE t REPLICA IDENTITY FULL",
            "INSERT INTO t SELECT i, 0 FROM generate_series(1, " + ROWS + ") i");
    try (CaptureRun run = CaptureRun.start(source, prefix, source.star("t"))) {
      run.awaitCaught(source);
      AtomicBoolean done = new AtomicBoolean();
      List<Thread> writers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Thread writer = new Thread(() -> write(source, done));
        writer.start();
        writers.add(writer);
      }
      List<Map<String, String>> keys = new ArrayList<>();
      for (int id = 1; id <= ROWS; id++) {
        keys.add(Map.of("id", Integer.toString(id)));
      }
      for (int i = 0; i < REQUESTS; i++) {
        ask(source, request("r" + i, "t", keys));
      }
      awaitAnswer(run, source, "r" + (REQUESTS - 1));
      done.set(true);
      for (Thread writer : writers) {
        writer.join();
      }
      run.awaitCaught(source);
    }
    Captured captured = Captured.read(prefix, "t");
    assertThat(captured.rows("t")).isEqualTo(source.rows("t"));
    // A row's value only grows, also where it is deleted and inserted: a reading that is sent must
    // be the row's last value in the stream.
    Map<String, String> last = new java.util.HashMap<>();
    int readings = 0;
    for (Captured.Change change : captured.changes("t")) {
      String id = change.key().get("id").asText();
      if (change.tombstone() || change.op().equals("d")) {
        last.remove(id);
      } else {
        String value = change.after().get("v");
        if (change.op().equals("r") && change.again()) {
          readings++;
          assertThat(value).as("%s", change).isEqualTo(last.get(id));
        }
        last.put(id, value);
      }
    }
    assertThat(readings).isGreaterThan(REQUESTS);
  }

  private static void write(Source source, AtomicBoolean done) {
    Random random = new Random();
    try (Connection connection = source.database().connect("test");
        PreparedStatement update =
            connection.prepareStatement("UPDATE t SET v = v + 1 WHERE id = ?");
        PreparedStatement delete = connection.prepareStatement("DELETE FROM t WHERE id = ?");
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO t VALUES (?, 0) ON CONFLICT (id) DO UPDATE SET v = t.v + 1")) {
      while (!done.get()) {
        PreparedStatement next =
            random.nextInt(10) == 0 ? delete : random.nextInt(5) == 0 ? insert : update;
        next.setInt(1, 1 + random.nextInt(ROWS));
        next.executeUpdate();
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
