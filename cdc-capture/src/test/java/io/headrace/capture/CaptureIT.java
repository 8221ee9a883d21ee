package io.headrace.capture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.headrace.star.Star;
import io.headrace.testing.TestServers;
import io.headrace.wire.Epoch;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CaptureIT {

  private final String prefix = TestServers.uniqueName("capture");

  @Test
  void everyKindOfChangeArrivesOnceAndInOrder() {
    Source source =
        new Source(
            "CREATE TABLE t (id int PRIMARY KEY, v text NOT NULL DEFAULT 'unset')",
            "ALTER TABLE t REPLICA IDENTITY FULL",
            "INSERT INTO t SELECT i, 'row ' || i FROM generate_series(1, 100) i");
    try (CaptureRun run = CaptureRun.start(source, prefix, source.star("t"))) {
      run.awaitCaught(source);
      source.run(
          "INSERT INTO t VALUES (101, 'new')",
          "UPDATE t SET v = 'changed' WHERE id = 1",
          "UPDATE t SET id = 1003 WHERE id = 3",
          "DELETE FROM t WHERE id = 2",
          "DO $$ BEGIN INSERT INTO t VALUES (500, 'kept'); BEGIN INSERT INTO t VALUES (501, 'undone'); RAISE"
              + " EXCEPTION 'x'; EXCEPTION WHEN raise_exception THEN NULL; END; INSERT INTO t VALUES (502, 'kept'); END $$",
          "BEGIN; INSERT INTO t VALUES (503, 'rolled back'); ROLLBACK");
      run.awaitCaught(source);
    }
    Captured captured = Captured.read(prefix, "t");
    assertThat(captured.rows("t")).isEqualTo(source.rows("t"));
    assertThat(
            captured.changes("t").stream()
                .filter(change -> change.epoch() > 1)
                .map(
                    change ->
                        change.key().get("id")
                            + (change.tombstone() ? " tombstone" : " " + change.op()))
                .sorted()
                .toList())
        .containsExactly(
            "1 u", "1003 c", "101 c", "2 d", "2 tombstone", "3 d", "3 tombstone", "500 c", "502 c");
    JsonNode deleted =
        captured.changes("t").stream()
            .filter(c -> c.op().equals("d"))
            .findFirst()
            .orElseThrow()
            .value();
    assertThat(deleted.properties().stream().map(java.util.Map.Entry::getKey))
        .containsExactly(
            "before", "after", "source", "transaction", "op", "ts_ms", "ts_us", "ts_ns");
    assertThat(deleted.get("source").get("snapshot").textValue()).isEqualTo("false");
  }

  @Test
  void aSnapshotsEnvelopeHasTheFieldsOfDebeziums() {
    Source source = new Source("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
    try (CaptureRun run = CaptureRun.start(source, prefix, source.star("t"))) {
      run.awaitCaught(source);
      source.run("INSERT INTO t VALUES (2)");
      run.awaitCaught(source);
    }
    List<Captured.Change> changes = Captured.read(prefix, "t").changes("t");
    JsonNode read = value(changes, "r");
    JsonNode created = value(changes, "c");
    assertThat(names(read)).isEqualTo(names(created));
    assertThat(names(read.get("source"))).isEqualTo(names(created.get("source")));
    assertThat(read.get("source").get("version")).isEqualTo(created.get("source").get("version"));
  }

  private static JsonNode value(List<Captured.Change> changes, String operation) {
    return changes.stream()
        .filter(change -> change.op().equals(operation))
        .findFirst()
        .orElseThrow()
        .value();
  }

  private static List<String> names(JsonNode node) {
    return node.properties().stream().map(java.util.Map.Entry::getKey).toList();
  }

  @Test
  void truncateReachesEveryPartitionAndWhatItCascadesTo() {
    Source source =
        new Source(
            "CREATE TABLE parent (id int PRIMARY KEY)",
            "CREATE TABLE child (a int, b int REFERENCES parent, PRIMARY KEY (b, a))",
            "INSERT INTO parent SELECT i FROM generate_series(1, 50) i",
            "INSERT INTO child SELECT i, i FROM generate_series(1, 50) i");
    try (CaptureRun run = CaptureRun.start(source, prefix, source.star("parent", "child"))) {
      run.awaitCaught(source);
      source.run(
          "TRUNCATE parent CASCADE",
          "INSERT INTO parent VALUES (7)",
          "INSERT INTO child VALUES (1, 7)");
      run.awaitCaught(source);
    }
    Captured captured = Captured.read(prefix, "parent", "child");
    assertThat(captured.rows("parent")).isEqualTo(source.rows("parent")).hasSize(1);
    assertThat(captured.rows("child")).isEqualTo(source.rows("child")).hasSize(1);
    List<Captured.Change> truncates =
        captured.changes("child").stream().filter(change -> change.op().equals("t")).toList();
    assertThat(truncates).extracting(Captured.Change::partition).containsExactlyInAnyOrder(0, 1, 2);
    assertThat(truncates)
        .allSatisfy(change -> assertThat(change.key()).hasToString("{\"b\":null,\"a\":null}"));
    assertThat(captured.changes("child").get(0).key().properties().iterator().next().getKey())
        .isEqualTo("b");
  }

  @Test
  void aTransactionOfManyRowsIsOneEpoch() {
    Source source =
        new Source(
            "CREATE TABLE t (id int PRIMARY KEY, v text)", "ALTER TABLE t REPLICA IDENTITY FULL");
    try (CaptureRun run = CaptureRun.start(source, prefix, source.star("t"))) {
      run.awaitCaught(source);
      source.run(
          "INSERT INTO t SELECT i, repeat('x', 200) FROM generate_series(1, 100000) i",
          "UPDATE t SET v = id::text");
      run.awaitCaught(source);
    }
    Captured captured = Captured.read(prefix, "t");
    assertThat(captured.rows("t")).isEqualTo(source.rows("t"));
    assertThat(
            captured.changes("t").stream()
                .collect(
                    Collectors.groupingBy(
                        Captured.Change::op,
                        Collectors.mapping(Captured.Change::epoch, Collectors.toSet()))))
        .allSatisfy((operation, epochs) -> assertThat(epochs).hasSize(1));
    assertThat(captured.changes("t")).hasSize(200_000);
  }

  @Test
  void unchangedLongValuesAreThere() {
    Source source =
        new Source(
            "CREATE TABLE t (id int PRIMARY KEY, a text, b jsonb, c bytea, n int)",
            "ALTER TABLE t REPLICA IDENTITY FULL",
            "ALTER TABLE t ALTER a SET STORAGE EXTERNAL, ALTER c SET STORAGE EXTERNAL");
    String row =
        "(%d, repeat('long', 25000), jsonb_build_object('v', (SELECT string_agg(md5(i::text), '') FROM generate_series(1,"
            + " 4000) i)), decode(repeat('00ff', 50000), 'hex'), 0)";
    source.run("INSERT INTO t VALUES " + row.formatted(1));
    try (CaptureRun run = CaptureRun.start(source, prefix, source.star("t"))) {
      run.awaitCaught(source);
      source.run(
          "INSERT INTO t VALUES " + row.formatted(2),
          "UPDATE t SET n = n + 1",
          "UPDATE t SET id = id + 10");
      run.awaitCaught(source);
    }
    List<Captured.Change> changes = Captured.read(prefix, "t").changes("t");
    List<String> first = List.copyOf(changes.get(0).after().values()).subList(1, 4);
    for (Captured.Change change : changes) {
      if (!change.tombstone() && change.after() != null) {
        assertThat(List.copyOf(change.after().values()).subList(1, 4)).isEqualTo(first);
      }
    }
    assertThat(changes).hasSize(1 + 1 + 2 + 2 * 3);
  }

  @Test
  void aLeftOutValueThatTheStarNeedsNeverReachesATopic() {
    Source source =
        new Source(
            "CREATE TABLE t (id int PRIMARY KEY, a text, n int)",
            "ALTER TABLE t REPLICA IDENTITY FULL",
            "ALTER TABLE t ALTER a SET STORAGE EXTERNAL",
            "INSERT INTO t VALUES (1, repeat('long', 25000), 0)");
    try (CaptureRun run = CaptureRun.start(source, prefix, source.star("t"))) {
      run.awaitCaught(source);
      source.run("ALTER TABLE t REPLICA IDENTITY DEFAULT", "UPDATE t SET n = 1");
      assertThat(run.awaitFailure())
          .hasMessageContaining(
              "left out the unchanged long value of public.t.a in the row {\"id\":1}");
    } catch (AssertionError closing) {
      assertThat(closing).hasMessage("the capture has failed");
    }
    assertThat(Captured.read(prefix, "t").changes("t")).hasSize(1);
  }

  @Test
  void rowsOfManyMegabytesPass() {
    Source source =
        new Source(
            "CREATE TABLE t (id int PRIMARY KEY, a text)",
            "ALTER TABLE t REPLICA IDENTITY FULL",
            "INSERT INTO t VALUES (1, repeat('long', 5000000))");
    try (CaptureRun run = CaptureRun.start(source, prefix, source.star("t"))) {
      run.awaitCaught(source);
      source.run("UPDATE t SET a = a || 'er'");
      run.awaitCaught(source);
    }
    assertThat(Captured.read(prefix, "t").rows("t")).isEqualTo(source.rows("t"));
  }

  @Test
  void aRowTooLargeForKafkaIsNamed() {
    Source source =
        new Source(
            "CREATE TABLE t (id int PRIMARY KEY, a text)", "ALTER TABLE t REPLICA IDENTITY FULL");
    try (CaptureRun run = CaptureRun.start(source, prefix, source.star("t"))) {
      run.awaitCaught(source);
      source.run("INSERT INTO t VALUES (42, repeat('long', 17000000))");
      assertThat(run.awaitFailure())
          .hasMessageContaining(prefix + ".public.t")
          .hasMessageContaining("{\"id\":42}")
          .hasMessageContaining("at most 67108864 bytes");
    } catch (AssertionError closing) {
      assertThat(closing).hasMessage("the capture has failed");
    }
  }

  @Test
  void epochsGoOnWhileNothingHappensAndLetTheSlotMove() {
    Source source = new Source("CREATE TABLE t (id int PRIMARY KEY)", "CREATE TABLE busy (id int)");
    try (CaptureRun run = CaptureRun.start(source, prefix, source.star("t"))) {
      run.awaitCaught(source);
      source.run("INSERT INTO busy SELECT generate_series(1, 10000)");
      String after = source.value("SELECT pg_current_wal_lsn()");
      org.awaitility.Awaitility.await()
          .atMost(java.time.Duration.ofSeconds(20))
          .until(
              () ->
                  source
                      .value(
                          "SELECT confirmed_flush_lsn >= '"
                              + after
                              + "'::pg_lsn FROM pg_replication_slots WHERE slot_name = 'headrace_"
                              + prefix
                              + "'")
                      .equals("t"));
    }
    List<Epoch> epochs = Captured.read(prefix, "t").epochs();
    assertThat(epochs).hasSizeGreaterThan(1);
    assertThat(epochs.get(0).source().database()).isEqualTo(source.database().name());
    assertThat(epochs.get(0).ends())
        .isEqualTo(java.util.Map.of(prefix + ".public.t", List.of(0L, 0L, 0L)));
  }

  @Test
  void namesWithQuotesCaseAndReservedWordsAreCaptured() {
    Source source =
        new Source(
            "CREATE TABLE \"Order, sel.ect's\" (\"Id\" int PRIMARY KEY, \"select\" text, \"a b\"\"c\" int)",
            "ALTER TABLE \"Order, sel.ect's\" REPLICA IDENTITY FULL");
    Star star = source.star("Order, sel.ect's");
    try (CaptureRun run = CaptureRun.start(source, prefix, star)) {
      run.awaitCaught(source);
      source.run("INSERT INTO \"Order, sel.ect's\" VALUES (1, 'x', 2)");
      run.awaitCaught(source);
    }
    List<Captured.Change> changes =
        Captured.read(prefix, "Order, sel.ect's").changes("Order, sel.ect's");
    assertThat(changes).hasSize(1);
    assertThat(changes.get(0).after()).containsOnlyKeys("Id", "select", "a b\"c");
  }
}
