package io.headrace.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headrace.sink.ReplayFailpoints.Point;
import io.headrace.stage.StageException;
import io.headrace.stage.StageListener;
import io.headrace.star.Star;
import io.headrace.testing.TestServers;
import io.headrace.wire.EpochMark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The star built anew and put in the live one's place, under the eyes of its readers. */
class ReplayIT {
  private static final String VIEWS =
      """
      CREATE VIEW rich AS SELECT c.id, c.twice, p.name FROM f_child c JOIN d_parent p USING (parent_id);
      CREATE MATERIALIZED VIEW mart AS SELECT name, sum(twice) AS twice FROM rich GROUP BY name WITH NO DATA;
      CREATE UNIQUE INDEX mart_by_name ON mart (name);
      CREATE INDEX child_by_name ON f_child (upper(parent_name));
      CREATE SCHEMA analysts;
      CREATE VIEW analysts.everything AS SELECT * FROM f_child;
      CREATE VIEW analysts.names AS SELECT name FROM rich UNION ALL SELECT name FROM mart;
      GRANT SELECT ON f_child, rich, mart TO pg_monitor;
      GRANT SELECT (parent_id) ON d_parent TO pg_monitor;
      GRANT SELECT ON analysts.everything TO pg_monitor;
      COMMENT ON TABLE f_child IS 'children';
      COMMENT ON COLUMN rich.twice IS 'two of them';
      COMMENT ON COLUMN mart.twice IS 'all of them';
      """;

  @TempDir Path noMigrations;

  private StarFixture family = Family.fixture();
  private final List<String> said = new CopyOnWriteArrayList<>();

  private StageListener listener() {
    return new StageListener() {
      @Override
      public void says(String sentence) {
        said.add(sentence);
      }

      @Override
      public void progress(String work, long done, long total) {}

      @Override
      public void completed(EpochMark epoch) {}
    };
  }

  private StarReplay begin(ReplayFailpoints failpoints, boolean force) {
    return begin(failpoints, force, Duration.ofSeconds(30));
  }

  private StarReplay begin(ReplayFailpoints failpoints, boolean force, Duration patience) {
    return StarReplay.begin(
        new ReplaySettings(
            family.warehouseAddress(),
            TestServers.kafka(),
            family.topics,
            force,
            force,
            false,
            patience),
        listener(),
        failpoints);
  }

  private Optional<StarComparison> replay(ReplayFailpoints failpoints, boolean force) {
    try (StarReplay replay = begin(failpoints, force)) {
      return run(replay);
    }
  }

  private Optional<StarComparison> run(StarReplay replay) {
    return run(replay, noMigrations.resolve("none"));
  }

  private Optional<StarComparison> run(StarReplay replay, Path migrations) {
    Star star = family.star;
    replay.prepare(star, migrations);
    replay.fill(star, () -> {});
    Optional<StarComparison> comparison = replay.compare(star, () -> {});
    replay.swap(star, () -> {});
    replay.clean();
    return comparison;
  }

  private static void write(FactFeed feed, int epoch) {
    feed.row("d_parent", "1", "name " + epoch);
    for (int i = 0; i < 50; i++) {
      feed.row("f_child", "" + i, "1", "" + epoch, "1", "name " + epoch);
    }
  }

  /** Epochs all the while. */
  private static final class Stream implements AutoCloseable {
    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicInteger last = new AtomicInteger();
    private final CompletableFuture<Void> writing;

    Stream(FactFeed feed, int first) {
      writing =
          CompletableFuture.runAsync(
              () -> {
                for (int epoch = first; !done.get(); epoch++) {
                  int n = epoch;
                  feed.epoch(n, () -> write(feed, n));
                  last.set(n);
                  try {
                    Thread.sleep(40);
                  } catch (InterruptedException e) {
                    return;
                  }
                }
              });
    }

    /** Ends it, and tells the last epoch. */
    int end() {
      close();
      return last.get();
    }

    @Override
    public void close() {
      done.set(true);
      writing.join();
    }
  }

  @Test
  void readersSeeWholeStarsAllTheWhileAndDamageGoesAway() throws Exception {
    family.inWarehouse(VIEWS);
    try (FactFeed feed = new FactFeed(family, 3).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(1, () -> write(feed, 1));
      sink.awaitEpoch(1);
      MartRefresh.refresh(family.warehouseAddress(), listener());
      AtomicBoolean done = new AtomicBoolean();
      List<CompletableFuture<Readings>> readers = new ArrayList<>();
      try (Stream stream = new Stream(feed, 2)) {
        for (int i = 0; i < 2; i++) {
          readers.add(CompletableFuture.supplyAsync(() -> readSnapshots(done)));
          readers.add(CompletableFuture.supplyAsync(() -> readStatements(done)));
        }
        family.inWarehouse("DELETE FROM f_child WHERE id < 0; INSERT INTO f_child VALUES (777, 1)");
        assertThat(replay(ReplayFailpoints.NONE, false).orElseThrow().tables())
            .anySatisfy(table -> assertThat(table.extra()).isEqualTo(1));
        long swapped = sink.completed.get(sink.completed.size() - 1);
        sink.awaitEpoch(swapped + 20);
      } finally {
        done.set(true);
      }
      for (CompletableFuture<Readings> reader : readers) {
        Readings readings = reader.get();
        System.out.println("[headrace] replay: " + readings);
        assertThat(readings.count()).isGreaterThan(20);
      }
    }
    assertThat(family.rows("SELECT count(*) FROM f_child WHERE id = 777")).containsExactly("0");
    assertThat(family.rows("SELECT count(*) FROM analysts.everything")).containsExactly("50");
    assertThat(
            family.rows(
                """
                SELECT c.oid::regclass, c.relacl::text LIKE '%pg_monitor=r/%' FROM pg_class c
                WHERE c.oid IN ('f_child'::regclass, 'rich'::regclass, 'mart'::regclass, 'analysts.everything'::regclass)
                """))
        .containsExactlyInAnyOrder("analysts.everything,t", "f_child,t", "mart,t", "rich,t");
    assertThat(
            family.rows(
                "SELECT attacl::text LIKE '%pg_monitor=r/%' FROM pg_attribute"
                    + " WHERE attrelid = 'd_parent'::regclass AND attname = 'parent_id'"))
        .containsExactly("t");
    assertThat(family.rows("SELECT obj_description('f_child'::regclass)"))
        .containsExactly("children");
    assertThat(
            family.rows(
                "SELECT col_description('rich'::regclass, 2), col_description('mart'::regclass, 2)"))
        .containsExactly("two of them,all of them");
    assertThat(
            family.rows(
                "SELECT has_table_privilege('pg_monitor', 'headrace.position', 'SELECT'),"
                    + " to_regclass('child_by_name') IS NOT NULL, to_regclass('f_child_pkey') IS NOT NULL"))
        .containsExactly("t,t,t");
    assertThat(family.rows("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'headrace_%'"))
        .isEmpty();
    assertThat(
            family.rows(
                "SELECT conname FROM pg_constraint"
                    + " WHERE contype = 'f' AND conenforced AND conrelid = 'f_child'::regclass"))
        .containsExactly("f_child_parent_id_fkey");
    assertThat(family.rows("SELECT state, rows FROM headrace.replay"))
        .containsExactly("cleaned,51");
  }

  /** How often somebody looked, and how long the longest look took. */
  private record Readings(int count, long longestMillis) {}

  private Readings readSnapshots(AtomicBoolean done) {
    int count = 0;
    long longest = 0;
    try (Connection connection = family.warehouse.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      while (!done.get()) {
        long began = System.nanoTime();
        boolean late = count % 2 == 0;
        StarFixture.rows(statement, "SELECT 1");
        if (late) {
          Thread.sleep(3);
        }
        String epoch = StarFixture.rows(statement, "SELECT epoch FROM headrace.position").get(0);
        List<String> parents = StarFixture.rows(statement, Family.PARENTS);
        List<String> children =
            StarFixture.rows(
                statement,
                "SELECT min(twice) / 2, max(twice) / 2, count(*) FROM f_child WHERE id <> 777");
        List<String> view =
            StarFixture.rows(statement, "SELECT count(*) FROM analysts.everything WHERE id <> 777");
        List<String> mart = StarFixture.rows(statement, "SELECT count(*) FROM mart");
        connection.commit();
        longest = Math.max(longest, System.nanoTime() - began);
        assertThat(parents).containsExactly("1,name " + epoch);
        assertThat(children).containsExactly(epoch + "," + epoch + ",50");
        assertThat(view).containsExactly("50");
        assertThat(mart).containsExactly("1");
        count++;
      }
      return new Readings(count, longest / 1_000_000);
    } catch (SQLException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Readings readStatements(AtomicBoolean done) {
    int count = 0;
    long longest = 0;
    try (Connection connection = family.warehouse.connect();
        Statement statement = connection.createStatement()) {
      while (!done.get()) {
        long began = System.nanoTime();
        String all =
            StarFixture.rows(
                    statement,
                    """
                    SELECT p.epoch, d.name, min(r.twice) / 2, max(e.twice) / 2, count(*), (SELECT count(*) FROM mart)
                    FROM headrace.position p, d_parent d, rich r JOIN analysts.everything e USING (id)
                    WHERE r.id <> 777
                    GROUP BY p.epoch, d.name""")
                .get(0);
        longest = Math.max(longest, System.nanoTime() - began);
        String epoch = all.substring(0, all.indexOf(','));
        assertThat(all)
            .isEqualTo(String.join(",", epoch, "name " + epoch, epoch, epoch, "50", "1"));
        count++;
      }
      return new Readings(count, longest / 1_000_000);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatWouldNotSurviveIsToldBeforeItStarts() {
    family.inWarehouse(
        VIEWS
            + """
            CREATE TABLE analysts.notes (child integer REFERENCES f_child);
            CREATE MATERIALIZED VIEW analysts.own AS SELECT * FROM f_child;
            CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            CREATE TRIGGER noting AFTER UPDATE ON d_parent FOR EACH ROW EXECUTE FUNCTION noted();
            CREATE FUNCTION children() RETURNS bigint LANGUAGE sql RETURN (SELECT count(*) FROM f_child);
            CREATE POLICY all_may ON f_child USING (true);
            """);
    try (FactFeed feed = new FactFeed(family, 3).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(1, () -> write(feed, 1));
      sink.awaitEpoch(1);
      assertThatThrownBy(() -> replay(ReplayFailpoints.NONE, false))
          .isInstanceOf(StageException.class)
          .hasMessageContaining("constraint notes_child_fkey on table analysts.notes")
          .hasMessageContaining("materialized view analysts.own")
          .hasMessageContaining("trigger noting on table d_parent")
          .hasMessageContaining("function children()")
          .hasMessageContaining("policy all_may on table f_child");
      assertThat(family.rows("SELECT state FROM headrace.replay")).containsExactly("failed");
      try (Stream stream = new Stream(feed, 2)) {
        replay(ReplayFailpoints.NONE, true);
        sink.awaitEpoch(5);
      }
      assertThat(family.rows("SELECT count(*) FROM f_child")).containsExactly("50");
      assertThat(family.rows("SELECT to_regclass('analysts.own')")).containsExactly("null");
      assertThat(family.rows("SELECT count(*) FROM analysts.everything")).containsExactly("50");
    }
  }

  @ParameterizedTest
  @EnumSource
  void oneThatIsInterruptedIsTakenUpAgain(Point where) {
    family.inWarehouse(VIEWS);
    try (FactFeed feed = new FactFeed(family, 3).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(1, () -> write(feed, 1));
      sink.awaitEpoch(1);
      try (Stream stream = new Stream(feed, 2)) {
        assertThatThrownBy(
                () ->
                    replay(
                        point -> {
                          if (point == where) {
                            throw new IllegalStateException("killed");
                          }
                        },
                        false))
            .hasMessage("killed");
        assertThat(family.rows("SELECT count(*) FROM f_child")).containsExactly("50");
        replay(ReplayFailpoints.NONE, false);
        long swapped = sink.completed.get(sink.completed.size() - 1);
        sink.awaitEpoch(swapped + 5);
      }
      assertThat(family.rows("SELECT count(*) FROM f_child")).containsExactly("50");
      assertThat(family.rows("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'headrace_%'"))
          .isEmpty();
      assertThat(said.stream().anyMatch(s -> s.startsWith("Goes on with")))
          .isEqualTo(where != Point.SWAPPED);
    }
  }

  @Test
  void deadLettersOfTheNewStarAreTheLiveOnesAfterTheSwap() {
    family.inWarehouse(
        "ALTER TABLE f_child ADD CONSTRAINT few CHECK (id NOT IN (3, 4) OR twice = 2)");
    try (FactFeed feed = new FactFeed(family, 3).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(1, () -> write(feed, 1));
      sink.awaitEpoch(1);
      feed.epoch(2, () -> write(feed, 2));
      sink.awaitEpoch(2);
      assertThat(family.rows("SELECT id FROM f_child WHERE twice = 2 ORDER BY id"))
          .containsExactly("3", "4");
      DeadLetters live = new DeadLetters(family.warehouseAddress());
      live.discard(
          live.list(false).stream()
              .filter(l -> "4".equals(l.key()))
              .findFirst()
              .orElseThrow()
              .id());
      try (Stream stream = new Stream(feed, 3)) {
        replay(ReplayFailpoints.NONE, false);
        sink.awaitEpoch(stream.end());
      }
      assertThat(family.rows("SELECT count(*) FROM f_child")).containsExactly("48");
      assertThat(live.list(false)).extracting(DeadLetter::key).containsExactlyInAnyOrder("3", "4");
      family.inWarehouse("ALTER TABLE f_child DROP CONSTRAINT few");
      assertThat(live.retryAll(null)).isEqualTo(2);
      await().atMost(Duration.ofSeconds(30)).until(() -> live.list(false).isEmpty());
      assertThat(family.rows("SELECT count(*), count(DISTINCT twice) FROM f_child"))
          .containsExactly("50,1");
    }
  }

  private StarComparison.Table mend(ReplayFailpoints failpoints) {
    Star only = StarReplay.only(family.star, "f_child");
    try (StarReplay replay = begin(failpoints, false)) {
      replay.prepareTable(only);
      replay.fillTable(only, () -> {});
      return replay.mend(only, () -> {});
    }
  }

  @Test
  void oneTableIsMendedWhereItStands() {
    family.inWarehouse(
        VIEWS
            + """
            CREATE TABLE analysts.notes (child integer REFERENCES f_child);
            INSERT INTO f_child VALUES (7, NULL, 1), (777, NULL, 1);
            INSERT INTO analysts.notes VALUES (7);
            CREATE MATERIALIZED VIEW analysts.own AS SELECT * FROM f_child;
            """);
    try (FactFeed feed = new FactFeed(family, 3).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(
          1,
          () -> {
            write(feed, 1);
            feed.row("f_child", "99", "1", "9", "1.00", "still");
          });
      sink.awaitEpoch(1);
      String before = family.rows("SELECT 'f_child'::regclass::oid").get(0);
      family.inWarehouse(
          """
          INSERT INTO f_child VALUES (778, 1);
          UPDATE f_child SET note = 1.0 WHERE id = 99;
          DELETE FROM f_child WHERE id = 8;
          """);
      assertThatThrownBy(
              () ->
                  mend(
                      point -> {
                        if (point == Point.BEFORE_COMMIT) {
                          throw new IllegalStateException("killed");
                        }
                      }))
          .hasMessage("killed");
      assertThat(family.rows("SELECT count(*) FROM f_child WHERE id = 778")).containsExactly("1");
      assertThat(mend(ReplayFailpoints.NONE))
          .isEqualTo(new StarComparison.Table("f_child", 51, 1, 1, 1));
      assertThat(said).contains("Goes on with the table that an earlier replay has begun.");
      assertThat(family.rows("SELECT id, note FROM f_child WHERE id IN (8, 99, 778) ORDER BY id"))
          .containsExactly("8,1", "99,1.00");
      assertThat(family.rows("SELECT 'f_child'::regclass::oid")).containsExactly(before);
      assertThat(family.rows("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'headrace_%'"))
          .isEmpty();
      assertThat(family.rows("SELECT state, rows FROM headrace.replay ORDER BY id"))
          .containsExactly("failed,null", "cleaned,51");
      try (Stream stream = new Stream(feed, 2)) {
        family.inWarehouse("DELETE FROM f_child WHERE id = 9 OR id = 99");
        assertThat(mend(ReplayFailpoints.NONE).extra()).isEqualTo(0);
        sink.awaitEpoch(sink.completed.get(sink.completed.size() - 1) + 5);
      }
      assertThat(family.rows("SELECT count(*) FROM f_child")).containsExactly("51");
    }
  }

  @Test
  void aRowThatSomebodyRefersToKeepsTheTableAsItWas() {
    try (FactFeed feed = new FactFeed(family, 3).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(1, () -> write(feed, 1));
      sink.awaitEpoch(1);
      family.inWarehouse(
          """
          CREATE TABLE notes (child integer REFERENCES f_child DEFERRABLE INITIALLY DEFERRED);
          INSERT INTO f_child VALUES (777, 1);
          INSERT INTO notes VALUES (777);
          DELETE FROM f_child WHERE id = 8;
          """);
      assertThatThrownBy(() -> mend(ReplayFailpoints.NONE))
          .isInstanceOf(StageException.class)
          .hasMessageContaining("notes_child_fkey")
          .hasMessageContaining("777");
      assertThat(family.rows("SELECT id FROM f_child WHERE id IN (8, 777)")).containsExactly("777");
      family.inWarehouse("DELETE FROM notes");
      assertThat(mend(ReplayFailpoints.NONE))
          .isEqualTo(new StarComparison.Table("f_child", 50, 1, 1, 0));
    }
  }

  @Test
  void ofTwoTheSecondIsRefused() {
    try (FactFeed feed = new FactFeed(family, 3).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(1, () -> write(feed, 1));
      sink.awaitEpoch(1);
      try (StarReplay first = begin(ReplayFailpoints.NONE, false)) {
        assertThat(first.live().generation()).isEqualTo(family.star.generation());
        assertThatThrownBy(() -> begin(ReplayFailpoints.NONE, false))
            .hasMessageContaining("Another replay is at work");
      }
    }
  }

  @Test
  void aReaderInTheWayIsWaitedForAndNotDisturbed() throws Exception {
    try (FactFeed feed = new FactFeed(family, 3).create();
        RunningSink sink = new RunningSink(family);
        Connection reader = family.warehouse.connect();
        Statement query = reader.createStatement()) {
      feed.epoch(1, () -> write(feed, 1));
      sink.awaitEpoch(1);
      reader.setAutoCommit(false);
      assertThat(StarFixture.rows(query, "SELECT count(*) FROM f_child")).containsExactly("50");
      try (Stream stream = new Stream(feed, 2)) {
        CompletableFuture<?> replay =
            CompletableFuture.runAsync(() -> replay(ReplayFailpoints.NONE, false));
        org.awaitility.Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> said.stream().anyMatch(s -> s.startsWith("Waits for transactions")));
        assertThat(StarFixture.rows(query, "SELECT count(*) FROM d_parent")).containsExactly("1");
        assertThat(replay).isNotDone();
        reader.commit();
        replay.get();
      }
      assertThat(family.rows("SELECT state FROM headrace.replay")).containsExactly("cleaned");
      assertThat(Map.of("generation", family.rows("SELECT generation FROM headrace.star").get(0)))
          .containsEntry("generation", family.star.generation());
    }
  }

  @Test
  void whoCannotSeeOtherTransactionsIsToldTheRight() throws Exception {
    String role = TestServers.uniqueName("blind");
    try (Connection connection = family.warehouse.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE ROLE " + role + "; SET ROLE " + role);
      assertThat(OldSnapshots.missingRight(connection))
          .endsWith("GRANT pg_read_all_stats TO " + role);
      statement.execute("RESET ROLE; GRANT pg_read_all_stats TO " + role + "; SET ROLE " + role);
      assertThat(OldSnapshots.missingRight(connection)).isNull();
      statement.execute("RESET ROLE; DROP ROLE " + role);
    }
  }

  @Test
  void aColumnMayGetAnotherType() throws Exception {
    family =
        new StarFixture(
            Family.SOURCE,
            Map.of(
                "d_parent",
                "SELECT id AS parent_id, name FROM parent",
                "f_child",
                Family.CHILD.replace("p.name AS", "CAST(p.name AS varchar(40)) AS")),
            Family.WAREHOUSE.replace("parent_name text", "parent_name varchar(40)"));
    Files.writeString(
        noMigrations.resolve("V1__types.sql"),
        "ALTER TABLE f_child ALTER id TYPE bigint, ALTER twice TYPE bigint, ALTER parent_name TYPE text;"
            + " ALTER TABLE d_parent ADD COLUMN IF NOT EXISTS name text;");
    try (FactFeed feed = new FactFeed(family, 3).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(1, () -> write(feed, 1));
      sink.awaitEpoch(1);
      family.inWarehouse(
          """
          UPDATE f_child SET note = 1.0 WHERE id = 7;
          UPDATE f_child SET twice = 0 WHERE id = 8;
          DELETE FROM f_child WHERE id = 9;
          ALTER TABLE d_parent DROP COLUMN name;
          """);
      try (StarReplay replay = begin(ReplayFailpoints.NONE, false)) {
        assertThat(run(replay, noMigrations).orElseThrow().tables())
            .extracting(StarComparison.Table::toString)
            .containsExactly(
                "d_parent: 1 rows, equal; columns: name (new)",
                "f_child: 50 rows; of the live star's 1 are missing, 0 too many, 1 different; columns: id (bigint,"
                    + " was integer), twice (bigint, was integer), parent_name (text, was character varying(40))");
      }
      assertThat(family.rows("SELECT pg_typeof(id), twice FROM f_child WHERE id = 8"))
          .containsExactly("bigint,2");
    }
  }

  @Test
  void aStarThatIsBehindDoesNotTakeThePlaceOfTheLiveOne() throws Exception {
    try (FactFeed feed = new FactFeed(family, 3).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(1, () -> write(feed, 1));
      sink.awaitEpoch(1);
      try (StarReplay replay = begin(ReplayFailpoints.NONE, true)) {
        replay.prepare(family.star, noMigrations.resolve("none"));
        replay.fill(family.star, () -> {});
      }
      feed.epoch(2, () -> write(feed, 2));
      sink.awaitEpoch(2);
      try (Connection connection = family.warehouse.connect()) {
        connection.setAutoCommit(false);
        Swap swap = new Swap(1, family.star, Set.of(), false, 51, 1);
        assertThat(swap.attempt(connection, () -> {})).isFalse();
      }
      assertThat(shown("headrace")).isEqualTo("2");
    }
  }

  @Test
  void aStarThatStandsStillIsReplacedOnlyByForce() {
    try (FactFeed feed = new FactFeed(family, 3).create()) {
      stopAtEpochOne(feed);
      ReplayFailpoints ahead = whenFilled(() -> awaitShadow("2"));
      try (StarReplay replay = begin(ahead, false, Duration.ofSeconds(1))) {
        assertThatThrownBy(() -> run(replay))
            .isInstanceOf(StageException.class)
            .hasMessageContaining("stands still at epoch 1 and the new one is at epoch 2")
            .hasMessageContaining("start the sink")
            .hasMessageContaining("--force");
      }
      assertThat(shown("headrace")).isEqualTo("1");
      try (StarReplay replay = begin(ahead, true, Duration.ofSeconds(1))) {
        assertThat(run(replay)).isEmpty();
      }
      assertThat(shown("headrace")).isEqualTo("2");
    }
  }

  @Test
  void oneThatIsStoppedWhileTheStarsAreToMeetSwapsNothing() {
    try (FactFeed feed = new FactFeed(family, 3).create()) {
      stopAtEpochOne(feed);
      try (StarReplay replay = begin(whenFilled(() -> awaitShadow("2")), true)) {
        CompletableFuture<?> running = CompletableFuture.runAsync(() -> run(replay));
        await()
            .atMost(Duration.ofSeconds(30))
            .until(
                () ->
                    family
                        .rows(
                            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'headrace hold'"
                                + " AND datname = current_database()")
                        .contains("2"));
        replay.stop();
        assertThatThrownBy(running::join).hasMessageContaining("The replay has been stopped");
      }
      assertThat(shown("headrace")).isEqualTo("1");
    }
  }

  @Test
  void aPausedStarIsNotReplaced() {
    try (FactFeed feed = new FactFeed(family, 3).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(1, () -> write(feed, 1));
      sink.awaitEpoch(1);
      String before = family.rows("SELECT 'f_child'::regclass::oid").get(0);
      assertThatThrownBy(
              () ->
                  replay(
                      whenFilled(() -> Pause.begin(family.warehouseAddress(), "ann", "to look")),
                      false))
          .hasMessageContaining("by ann (to look)")
          .hasMessageContaining("./headrace resume");
      assertThatThrownBy(() -> begin(ReplayFailpoints.NONE, true))
          .isInstanceOf(StageException.class)
          .hasMessageContaining("by ann (to look)");
      assertThat(family.rows("SELECT 'f_child'::regclass::oid")).containsExactly(before);
      Pause.end(family.warehouseAddress());
      replay(ReplayFailpoints.NONE, false);
      assertThat(family.rows("SELECT 'f_child'::regclass::oid")).doesNotContain(before);
    }
  }

  @Test
  void aPauseThatComesAtTheLastMomentKeepsTheStar() throws Exception {
    try (FactFeed feed = new FactFeed(family, 3).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(1, () -> write(feed, 1));
      sink.awaitEpoch(1);
      try (StarReplay replay = begin(ReplayFailpoints.NONE, false)) {
        replay.prepare(family.star, noMigrations.resolve("none"));
        replay.fill(family.star, () -> {});
      }
      Pause.begin(family.warehouseAddress(), "ann", "");
      try (Connection connection = family.warehouse.connect()) {
        connection.setAutoCommit(false);
        Swap swap = new Swap(1, family.star, Set.of(), false, 51, 1);
        assertThatThrownBy(() -> swap.attempt(connection, () -> {}))
            .hasMessageContaining("is paused");
      }
    }
  }

  /** The live star stays there: nothing feeds it any more. */
  private void stopAtEpochOne(FactFeed feed) {
    try (RunningSink sink = new RunningSink(family)) {
      feed.epoch(1, () -> write(feed, 1));
      sink.awaitEpoch(1);
    }
    feed.epoch(2, () -> write(feed, 2));
  }

  private static ReplayFailpoints whenFilled(Runnable then) {
    return point -> {
      if (point == Point.FILLED) {
        then.run();
      }
    };
  }

  private void awaitShadow(String epoch) {
    await().atMost(Duration.ofSeconds(30)).until(() -> shown("headrace_replay_own").equals(epoch));
  }

  private String shown(String own) {
    return family.rows("SELECT epoch FROM " + own + ".position").get(0);
  }
}
