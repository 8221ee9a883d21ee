package io.headrace.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headrace.stage.StageException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the warehouse refuses is set aside, and nothing else is. */
class DeadLetterIT {
  private static final String LETTERS =
      "SELECT table_name, key, state, sqlstate, tries FROM headrace.dead_letter ORDER BY id";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static StarFixture family() {
    StarFixture family = Family.fixture();
    family.inWarehouse("ALTER TABLE d_parent ADD CONSTRAINT short CHECK (length(name) < 10)");
    return family;
  }

  private static DeadLetters letters(StarFixture fixture) {
    return new DeadLetters(fixture.warehouseAddress());
  }

  private static void awaitLetters(StarFixture fixture, String... rows) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(fixture.rows(LETTERS)).containsExactly(rows));
  }

  private static StarFixture things(String select, String warehouse) {
    return new StarFixture(
        "CREATE TABLE thing (id integer PRIMARY KEY, n integer, m integer)",
        Map.of("d_thing", select),
        warehouse);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT id, n, m FROM thing | CHECK (n < 1000) | 23514",
        "SELECT id, n, m FROM thing | CHECK (n <> 5000), CHECK (m IS NOT NULL) | 23514",
        "SELECT id, nullif(n, 5000) AS n, m FROM thing | ALTER n SET NOT NULL | 23502",
        "SELECT id, 100 / (n - 5000) AS n, m FROM thing | | 22012",
        "SELECT id, n * 1000000 AS n, m FROM thing | | 22003",
        "SELECT id, n, m FROM thing WHERE 100 / (n - 5000) < 100 | | 22012",
      })
  void aRefusedRowIsSetAsideAndItsNeighboursAreNot(String select, String rule, String sqlState) {
    for (int rows : new int[] {20, 4000}) {
      StarFixture things =
          things(select, "CREATE TABLE d_thing (id integer PRIMARY KEY, n integer, m integer)");
      if (rule != null) {
        things.inWarehouse(
            rule.startsWith("ALTER")
                ? "ALTER TABLE d_thing " + rule
                : "ALTER TABLE d_thing ADD " + rule.replace("), CHECK", "), ADD CHECK"));
      }
      try (FactFeed feed = new FactFeed(things, 3).create();
          RunningSink sink = new RunningSink(things)) {
        feed.epoch(1, () -> feed.row("d_thing", "1", "1", "1"));
        sink.awaitEpoch(1);
        feed.epoch(
            2,
            () -> {
              for (int i = 1; i <= rows; i++) {
                feed.row("d_thing", "" + i, i == 13 || i == 1 ? "5000" : "2", "2");
              }
            });
        feed.epoch(3, () -> feed.row("d_thing", "2", "3", "3"));
        sink.awaitEpoch(3);
        assertThat(things.rows("SELECT count(*), max(m) FILTER (WHERE id = 1) FROM d_thing"))
            .as("the row as it was before, with %s rows", rows)
            .containsExactly((rows - 1) + ",1");
        assertThat(things.rows(LETTERS + " LIMIT 9"))
            .containsExactlyInAnyOrder(
                "d_thing,1,waiting," + sqlState + ",1", "d_thing,13,waiting," + sqlState + ",1");
        assertThat(sink.failure()).isNull();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3000})
  void aTextThatIsNoValueIsSetAside(int more) {
    StarFixture family = Family.fixture();
    try (FactFeed feed = new FactFeed(family, 1).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(
          1,
          () -> {
            feed.row("d_parent", "1", "Ann");
            feed.row("f_child", "10", "1", "5", "1.0", "Ann");
            feed.row("f_child", "11", "1", "five", "1.0", "Ann");
            feed.row("f_child", "12", "1", "six", "1.0", "Ann");
            feed.row("f_child", "12", "1", "6", "1.0", "Ann"); // the last change wins
            feed.row("f_child", "13", "1", "7", "1.0", "Ann");
            feed.row("f_child", "13", "1", "seven", "1.0", "Ann");
            for (int i = 0; i < more; i++) {
              feed.row("f_child", "" + (100 + i), "1", "1", "1.0", "Ann");
            }
          });
      sink.awaitEpoch(1);
      assertThat(family.rows("SELECT id FROM f_child WHERE id < 100 ORDER BY id"))
          .containsExactly("10", "12");
      assertThat(family.rows("SELECT count(*) FROM f_child")).containsExactly("" + (2 + more));
      awaitLetters(family, "f_child,11,waiting,22P02,1", "f_child,13,waiting,22P02,1");
      assertThat(letters(family).list(false).get(0).cause())
          .isEqualTo(
              "column public.child.qty: invalid input syntax for type integer: \"five\" [22P02]");
    }
  }

  @Test
  void aLaterChangeOfTheKeyReplacesIt() {
    StarFixture family = family();
    try (FactFeed feed = new FactFeed(family, 3).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(1, () -> feed.row("d_parent", "1", "much too long"));
      sink.awaitEpoch(1);
      awaitLetters(family, "d_parent,1,waiting,23514,1");
      feed.epoch(2, () -> feed.row("d_parent", "1", "as long as before"));
      sink.awaitEpoch(2);
      awaitLetters(family, "d_parent,1,waiting,23514,2");
      assertThat(letters(family).contents(1).value()).isEqualTo("1\tas long as before");
      feed.epoch(3, () -> feed.row("d_parent", "1", "short"));
      sink.awaitEpoch(3);
      awaitLetters(family, "d_parent,1,replaced,23514,2");
      feed.epoch(4, () -> feed.row("d_parent", "1", "once more much too long"));
      feed.epoch(5, () -> feed.gone("d_parent", "1"));
      sink.awaitEpoch(5);
      assertThat(family.rows(Family.PARENTS)).isEmpty();
      assertThat(family.rows("SELECT count(*) FROM headrace.dead_letter WHERE state = 'waiting'"))
          .containsExactly("0");
    }
  }

  @Test
  void soDoesOneAmongManyAndAfterARestart() {
    StarFixture family = family();
    try (FactFeed feed = new FactFeed(family, 3).create()) {
      try (RunningSink sink = new RunningSink(family)) {
        feed.epoch(1, () -> feed.row("d_parent", "1", "much too long"));
        sink.awaitEpoch(1);
      }
      try (RunningSink sink = new RunningSink(family)) {
        feed.epoch(
            2,
            () -> {
              for (int i = 1; i < 5000; i++) {
                feed.row("d_parent", "" + i, "ok");
              }
            });
        sink.awaitEpoch(2);
        awaitLetters(family, "d_parent,1,replaced,23514,1");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "DEFERRABLE INITIALLY DEFERRED"})
  void aChildWaitsForItsParentAndFollows(String reference) {
    StarFixture family =
        new StarFixture(
            Family.SOURCE,
            Family.SELECTS,
            Family.WAREHOUSE.replace("REFERENCES d_parent", "REFERENCES d_parent " + reference));
    family.inWarehouse("ALTER TABLE d_parent ADD CONSTRAINT short CHECK (length(name) < 10)");
    try (FactFeed feed = new FactFeed(family, 3).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(1, () -> feed.row("d_parent", "1", "Ann"));
      sink.awaitEpoch(1);
      feed.epoch(
          2,
          () -> {
            feed.row("d_parent", "2", "much too long");
            feed.row("f_child", "20", "2", "5", "1.0", "much too long");
            feed.row("f_child", "10", "1", "5", "1.0", "Ann");
          });
      feed.epoch(3, () -> feed.row("f_child", "21", "2", "6", "1.0", "much too long"));
      sink.awaitEpoch(3);
      assertThat(family.rows("SELECT id FROM f_child")).containsExactly("10");
      awaitLetters(
          family,
          "d_parent,2,waiting,23514,1",
          "f_child,20,waiting,23503,1",
          "f_child,21,waiting,23503,1");
      assertThat(letters(family).list(false).get(1).cause()).contains("Key (parent_id)=(2)");
      letters(family).retry(1, null);
      awaitLetters(
          family,
          "d_parent,2,waiting,23514,2",
          "f_child,20,waiting,23503,1",
          "f_child,21,waiting,23503,1");
      family.inWarehouse("ALTER TABLE d_parent DROP CONSTRAINT short");
      letters(family).retry(1, null);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(family.rows("SELECT key, state FROM headrace.dead_letter ORDER BY id"))
                      .containsExactly("2,applied", "20,applied", "21,applied"));
      assertThat(family.rows("SELECT id FROM f_child ORDER BY id"))
          .containsExactly("10", "20", "21");
      assertThat(
              family.rows(
                  "SELECT conenforced FROM pg_constraint WHERE contype = 'f' AND conrelid = 'f_child'::regclass"))
          .containsExactly("t");
      assertThat(sink.failure()).isNull();
    }
  }

  @Test
  void aRefusedDeleteIsSetAside() {
    StarFixture family = family();
    family.inWarehouse(
        "CREATE TABLE plan (parent_id integer REFERENCES d_parent ON DELETE RESTRICT)");
    try (FactFeed feed = new FactFeed(family, 3).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(
          1,
          () -> {
            feed.row("d_parent", "1", "Ann");
            feed.row("d_parent", "2", "Bob");
          });
      sink.awaitEpoch(1);
      family.inWarehouse("INSERT INTO plan VALUES (1)");
      feed.epoch(
          2,
          () -> {
            feed.gone("d_parent", "1");
            feed.gone("d_parent", "2");
          });
      sink.awaitEpoch(2);
      assertThat(family.rows(Family.PARENTS)).containsExactly("1,Ann");
      assertThat(family.rows("SELECT key, state, left(sqlstate, 2) FROM headrace.dead_letter"))
          .containsExactly("1,waiting,23");
      family.inWarehouse("DELETE FROM plan");
      letters(family).retry(1, null);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(family.rows(Family.PARENTS)).isEmpty());
    }
  }

  @Test
  void aUniqueValueThatMovesIsNoRefusal() {
    StarFixture family = Family.fixture();
    family.inWarehouse("ALTER TABLE d_parent ADD UNIQUE (name)");
    try (FactFeed feed = new FactFeed(family, 1).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(
          1,
          () -> {
            feed.row("d_parent", "1", "a");
            feed.row("d_parent", "2", "b");
            feed.row("d_parent", "3", "c");
          });
      sink.awaitEpoch(1);
      feed.epoch(
          2,
          () -> {
            feed.row("d_parent", "1", "b"); // of 2
            feed.row("d_parent", "2", "c"); // of 3
            feed.gone("d_parent", "3");
            feed.row("d_parent", "4", "b"); // refused: 1 has it
          });
      sink.awaitEpoch(2);
      assertThat(
              family.rows("SELECT key, sqlstate FROM headrace.dead_letter WHERE state = 'waiting'"))
          .hasSize(1)
          .allMatch(row -> row.endsWith(",23505"));
      assertThat(family.rows("SELECT count(*) FROM d_parent WHERE name IN ('b', 'c')"))
          .containsExactly("2");
      assertThat(family.rows("SELECT count(*) FROM d_parent WHERE parent_id = 3"))
          .containsExactly("0");
    }
  }

  @Test
  void aFirstLoadSetsAsideToo() {
    StarFixture family = family();
    family.inWarehouse("INSERT INTO d_parent VALUES (7, 'before'), (8, 'stale')");
    try (FactFeed feed = new FactFeed(family, 3).create()) {
      feed.epoch(
          1,
          () -> {
            for (int i = 1; i < 5000; i++) {
              feed.row("d_parent", "" + (i == 8 ? 9999 : i), i == 7 ? "much too long" : "ok");
            }
            feed.row("f_child", "10", "3", "5", "1.0", "Ann");
          });
      try (RunningSink sink = new RunningSink(family)) {
        sink.awaitEpoch(1);
        assertThat(family.rows("SELECT count(*), max(name) FROM d_parent"))
            .containsExactly("4999,ok");
        assertThat(family.rows("SELECT name FROM d_parent WHERE parent_id = 7"))
            .containsExactly("before");
        assertThat(family.rows("SELECT count(*) FROM d_parent WHERE parent_id = 8"))
            .containsExactly("0");
        assertThat(family.rows("SELECT id FROM f_child")).containsExactly("10");
        awaitLetters(family, "d_parent,7,waiting,23514,1");
      }
    }
  }

  @Test
  void foreignRecordsAreSetAsideAndCannotBeTriedAgain() {
    StarFixture family = Family.fixture();
    try (FactFeed feed = new FactFeed(family, 1).create();
        RunningSink sink = new RunningSink(family)) {
      feed.transaction(
          () -> {
            feed.send("d_parent", 0, null, "1\tx".getBytes(UTF_8));
            feed.send("d_parent", 0, "1\t2".getBytes(UTF_8), null);
            feed.send("d_parent", 0, "3".getBytes(UTF_8), "{\"json\":1}".getBytes(UTF_8));
            feed.send("d_parent", 0, "4".getBytes(UTF_8), "5\tname".getBytes(UTF_8));
            feed.send("d_parent", 0, "6".getBytes(UTF_8), "6\tna\nme".getBytes(UTF_8));
            feed.send("d_parent", 0, "7".getBytes(UTF_8), "7\tname\\".getBytes(UTF_8));
            feed.send("d_parent", 0, new byte[] {'\\', '.'}, "no mark".getBytes(UTF_8));
          });
      feed.epoch(1, () -> feed.row("d_parent", "1", "Ann"));
      sink.awaitEpoch(1);
      assertThat(family.rows(Family.PARENTS)).containsExactly("1,Ann");
      assertThat(
              family.rows(
                  "SELECT kafka_offset, state, cause FROM headrace.dead_letter ORDER BY kafka_offset"))
          .containsExactly(
              "0,waiting,a fact must have a key but this one has none",
              "1,waiting,a row must have 1 fields but had 2",
              "2,waiting,a row must have 2 fields but had 1",
              "3,waiting,the key must be that of the row but is not",
              "4,waiting,the value must be COPY text but is not",
              "5,waiting,the value must be COPY text but is not",
              "6,waiting,the mark of an epoch must be number, LSN and commit time between tabs but"
                  + " was \"no mark\"");
      DeadLetters letters = letters(family);
      assertThatThrownBy(() -> letters.retry(1, null))
          .isInstanceOf(StageException.class)
          .hasMessageContaining("cannot be tried again");
      letters.discard(1);
      assertThat(letters.list(false)).hasSize(6);
      assertThat(letters.show(1).state()).isEqualTo("discarded");
      assertThatThrownBy(() -> letters.discard(1)).hasMessageEndingWith("it was discarded");
    }
  }

  @Test
  void aDiscardedOneIsNotTriedAndAnotherChangeBeginsAnew() {
    StarFixture family = family();
    try (FactFeed feed = new FactFeed(family, 1).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(1, () -> feed.row("d_parent", "1", "much too long"));
      sink.awaitEpoch(1);
      letters(family).discard(1);
      feed.epoch(2, () -> feed.row("d_parent", "1", "much too long again"));
      sink.awaitEpoch(2);
      assertThat(family.rows("SELECT state FROM headrace.dead_letter ORDER BY kafka_offset"))
          .contains("waiting");
      feed.epoch(3, () -> feed.row("d_parent", "1", "ok"));
      sink.awaitEpoch(3);
      assertThat(letters(family).list(false)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {6, 4000})
  void tooManyStopTheSinkAndNothingOfThemIsKept(int rows) {
    StarFixture family = family();
    family.deadLetterLimit = 3;
    try (FactFeed feed = new FactFeed(family, 3).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(1, () -> feed.row("d_parent", "1", "much too long"));
      feed.epoch(2, () -> feed.row("d_parent", "2", "much too long"));
      sink.awaitEpoch(2);
      feed.epoch(
          3,
          () -> {
            for (int i = 1; i <= rows; i++) {
              feed.row("d_parent", "" + i, i <= 5 ? "much too long" : "ok");
            }
          });
      assertThat(sink.awaitFailure())
          .isInstanceOf(StageException.class)
          .hasMessageStartingWith(
              "At most 3 dead letters of the sink may wait (--dead-letter-limit), but there would be"
                  + " 5; nothing of this merge is kept. The warehouse refuses a fact for its table"
                  + " public.d_parent, key (");
      assertThat(family.rows("SELECT epoch FROM headrace.position")).containsExactly("2");
      assertThat(family.rows(Family.PARENTS)).isEmpty();
      assertThat(letters(family).list(true)).hasSize(2);
    }
    family.deadLetterLimit = 10;
    try (RunningSink sink = new RunningSink(family)) {
      sink.awaitEpoch(3);
      assertThat(letters(family).list(false)).hasSize(5);
      assertThat(family.rows("SELECT count(*) FROM d_parent")).containsExactly("" + (rows - 5));
    }
  }

  @Test
  void whatPassesIsTriedAgainAndNeverSetAside() throws Exception {
    StarFixture family = Family.fixture();
    family.inWarehouse(
        """
        CREATE SEQUENCE tries;
        CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          CASE nextval('tries')
            WHEN 1 THEN RAISE EXCEPTION 'serialization' USING ERRCODE = '40001';
            WHEN 2 THEN RAISE EXCEPTION 'lock timeout' USING ERRCODE = '55P03';
            WHEN 3 THEN RAISE EXCEPTION 'statement timeout' USING ERRCODE = '57014';
            WHEN 4 THEN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01';
            WHEN 5 THEN RAISE EXCEPTION 'recovery' USING ERRCODE = '25006';
            WHEN 6 THEN PERFORM pg_terminate_backend(pg_backend_pid());
            ELSE NULL;
          END CASE;
          RETURN NEW;
        END $$;
        CREATE TRIGGER fails BEFORE INSERT ON d_parent FOR EACH ROW EXECUTE FUNCTION fails();
        """);
    try (FactFeed feed = new FactFeed(family, 1).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(1, () -> feed.row("d_parent", "1", "Ann"));
      sink.awaitEpoch(1);
      assertThat(family.rows(Family.PARENTS)).containsExactly("1,Ann");
      assertThat(letters(family).list(true)).isEmpty();
      try (Connection other = family.warehouse.connect();
          Statement statement = other.createStatement()) {
        other.setAutoCommit(false);
        statement.execute("LOCK TABLE d_parent");
        feed.epoch(2, () -> feed.row("d_parent", "2", "Bob"));
        await()
            .atMost(PATIENCE)
            .until(
                () ->
                    family
                        .rows(
                            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'd_parent'::regclass")
                        .equals(List.of("1")));
        other.rollback();
      }
      sink.awaitEpoch(2);
      assertThat(letters(family).list(true)).isEmpty();
    }
  }

  @Test
  void aTriggersRefusalAndAnExclusionAreSetAside() {
    StarFixture family = Family.fixture();
    family.inWarehouse(
        """
        CREATE FUNCTION refuses() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF NEW.name = 'nobody' THEN RAISE EXCEPTION 'nobody is no name'; END IF;
          RETURN NEW;
        END $$;
        CREATE TRIGGER refuses BEFORE INSERT OR UPDATE ON d_parent FOR EACH ROW EXECUTE FUNCTION refuses();
        ALTER TABLE d_parent ADD CONSTRAINT once EXCLUDE (name WITH =);
        """);
    try (FactFeed feed = new FactFeed(family, 1).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(
          1,
          () -> {
            feed.row("d_parent", "1", "Ann");
            feed.row("d_parent", "2", "nobody");
          });
      feed.epoch(2, () -> feed.row("d_parent", "3", "Ann"));
      sink.awaitEpoch(2);
      assertThat(family.rows(Family.PARENTS)).containsExactly("1,Ann");
      awaitLetters(family, "d_parent,2,waiting,P0001,1", "d_parent,3,waiting,23P01,1");
    }
  }

  @Test
  void aCrashInTheMiddleLosesNothing() {
    StarFixture family = family();
    try (FactFeed feed = new FactFeed(family, 3).create()) {
      feed.epoch(
          1,
          () -> {
            for (int i = 1; i < 50; i++) {
              feed.row("d_parent", "" + i, i % 10 == 0 ? "much too long" : "ok");
            }
          });
      for (Failpoints.Point point :
          List.of(Failpoints.Point.BEFORE_COMMIT, Failpoints.Point.AFTER_COMMIT)) {
        try (RunningSink sink =
            new RunningSink(
                family,
                at -> {
                  if (at == point) {
                    throw new IllegalStateException("crash " + at);
                  }
                })) {
          assertThat(sink.awaitFailure()).hasMessageStartingWith("crash");
        }
      }
      try (RunningSink sink = new RunningSink(family)) {
        feed.epoch(2, () -> {});
        sink.awaitEpoch(2);
      }
      assertThat(letters(family).list(true)).hasSize(4);
      assertThat(family.rows("SELECT count(*) FROM d_parent")).containsExactly("45");
    }
  }

  /** Whoever holds merges relies on the position to stand still from then on. */
  @Test
  void aHoldWaitsForAMergeThatIsDoneAgainRowByRow() throws Exception {
    StarFixture family = family();
    try (FactFeed feed = new FactFeed(family, 3).create();
        RunningSink sink = new RunningSink(family);
        Connection reader = family.warehouse.connect();
        Statement blocking = reader.createStatement()) {
      feed.epoch(1, () -> feed.row("d_parent", "1", "Ann"));
      sink.awaitEpoch(1);
      reader.setAutoCommit(false);
      blocking.execute("LOCK TABLE headrace.dead_letter IN SHARE MODE");
      feed.epoch(2, () -> feed.row("d_parent", "2", "a name that is too long"));
      awaitWaiting(family, "headrace sink");
      CompletableFuture<String> held =
          CompletableFuture.supplyAsync(
              () -> {
                try (MergeHold hold = MergeHold.acquire(family.warehouseAddress())) {
                  return family.rows("SELECT epoch FROM headrace.position").get(0);
                } catch (SQLException e) {
                  throw new IllegalStateException(e);
                }
              });
      await()
          .atMost(PATIENCE)
          .until(() -> held.isDone() || !waiting(family, "headrace hold").equals("0"));
      reader.commit();
      assertThat(held.get()).isEqualTo("2");
    }
  }

  private static void awaitWaiting(StarFixture fixture, String application) {
    await().atMost(PATIENCE).until(() -> !waiting(fixture, application).equals("0"));
  }

  private static String waiting(StarFixture fixture, String application) {
    return fixture
        .rows(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
                + " AND application_name = '"
                + application
                + "'")
        .get(0);
  }
}
