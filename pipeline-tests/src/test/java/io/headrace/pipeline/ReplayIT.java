package io.headrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headrace.cli.replay.Definition;
import io.headrace.cli.replay.FollowingStage;
import io.headrace.cli.replay.NewWarehouse;
import io.headrace.cli.replay.Replay;
import io.headrace.cli.replay.ReplayPlan;
import io.headrace.sink.ReplayFailpoints;
import io.headrace.sink.ReplayFailpoints.Point;
import io.headrace.sink.Sink;
import io.headrace.sink.SinkSettings;
import io.headrace.sink.StarPlace;
import io.headrace.stage.Database;
import io.headrace.stage.Stage;
import io.headrace.stage.StageListener;
import io.headrace.testing.TestDatabase;
import io.headrace.testing.TestServers;
import io.headrace.transform.Transform;
import io.headrace.transform.TransformSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A star that goes over to other SQL under its readers, while the source goes on changing. */
class ReplayIT {
  private static final Duration WITHIN = Duration.ofSeconds(90);
  private static final int PETS = 300;

  /** In every state of the source each owner's name ends with the number that each pet's has. */
  private static StarFolder pets() {
    return StarFolder.create()
        .source(
            """
            CREATE TABLE owner (id integer PRIMARY KEY, name text);
            CREATE TABLE pet (id integer PRIMARY KEY, owner_id integer, name text, kind text);
            ALTER TABLE owner REPLICA IDENTITY FULL;
            ALTER TABLE pet REPLICA IDENTITY FULL;
            INSERT INTO owner SELECT n, 'v0' FROM generate_series(1, 10) n;
            INSERT INTO pet SELECT n, 1 + n % 10, 'v0', 'v0' FROM generate_series(1, 300) n;""")
        .select("d_owner", "SELECT id, name FROM owner")
        .select(
            "f_pet",
            "SELECT p.id, p.name, o.id AS owner_id, o.name AS owner FROM pet p JOIN owner o ON o.id = p.owner_id")
        .warehouse(
            1,
            """
            CREATE TABLE d_owner (id integer PRIMARY KEY, name text);
            CREATE TABLE f_pet (id integer PRIMARY KEY, name text,
              owner_id integer REFERENCES d_owner DEFERRABLE INITIALLY DEFERRED, owner text);
            CREATE MATERIALIZED VIEW mart AS SELECT owner_id, count(*) AS pets FROM f_pet GROUP BY owner_id WITH NO DATA;
            CREATE UNIQUE INDEX ON mart (owner_id);
            CREATE SCHEMA analysts;
            CREATE VIEW analysts.named AS SELECT id, name, owner FROM f_pet;""");
  }

  private static final List<String> SAID = new CopyOnWriteArrayList<>();

  private static final StageListener LISTENER =
      new StageListener() {
        @Override
        public void says(String sentence) {
          System.out.println("[headrace] " + sentence);
          SAID.add(sentence);
        }

        @Override
        public void progress(String work, long done, long total) {}

        @Override
        public void completed(io.headrace.wire.EpochMark epoch) {}
      };

  /** The stages as the commands run them. */
  private static final class Following implements AutoCloseable {
    private final Setup setup;
    private final List<Stage> stages = new ArrayList<>();
    private final List<CompletableFuture<Void>> ends = new ArrayList<>();

    Following(Setup setup) {
      this.setup = setup;
      Definition first =
          Definition.decide(setup.sql(), setup.source(), setup.warehouse(), LISTENER::says);
      start(StageKind.CAPTURE.create(setup, first.captured(setup.source()), LISTENER));
      start(
          follow(
              first,
              definition ->
                  new Transform(
                      new TransformSettings(
                          setup.kafka(), setup.topics(), setup.state(), 1, (short) 1, true),
                      definition.star(),
                      LISTENER)));
      start(
          follow(
              first,
              definition ->
                  new Sink(
                      new SinkSettings(
                          setup.warehouse(),
                          setup.kafka(),
                          setup.topics(),
                          StarPlace.LIVE,
                          definition.shown()),
                      definition.star(),
                      LISTENER)));
    }

    private FollowingStage follow(Definition first, FollowingStage.Maker maker) {
      return new FollowingStage(first, setup.source(), setup.warehouse(), maker, LISTENER);
    }

    private void start(Stage stage) {
      stages.add(stage);
      ends.add(CompletableFuture.runAsync(stage::run, task -> new Thread(task).start()));
    }

    void check() {
      for (CompletableFuture<Void> end : ends) {
        if (end.isDone()) {
          end.join();
          throw new AssertionError("a stage ended by itself");
        }
      }
    }

    @Override
    public void close() {
      stages.forEach(Stage::close);
      ends.forEach(CompletableFuture::join);
    }
  }

  private static Replay replay(Setup setup, ReplayFailpoints failpoints) {
    return replay(setup, failpoints, false);
  }

  private static Replay replay(Setup setup, ReplayFailpoints failpoints, boolean verify) {
    return new Replay(plan(setup, verify, null), LISTENER, failpoints);
  }

  private static ReplayPlan plan(Setup setup, boolean verify, @Nullable String table) {
    return new ReplayPlan(
        setup.source(),
        setup.warehouse(),
        setup.kafka(),
        setup.topics(),
        setup.sql(),
        Path.of(setup.state() + "-replay"),
        1,
        (short) 1,
        false,
        false,
        verify,
        table,
        Duration.ofSeconds(30));
  }

  /** Changes everything to the next version, a hundred rows a transaction and several a second. */
  private static final class Changes implements AutoCloseable {
    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicLong version = new AtomicLong();
    private final CompletableFuture<Void> writing;

    Changes(Setup setup) {
      writing =
          CompletableFuture.runAsync(
              () -> {
                try (Connection connection = setup.source().connect("writer");
                    Statement statement = connection.createStatement()) {
                  connection.setAutoCommit(false);
                  while (!done.get()) {
                    String name = "'v" + version.incrementAndGet() + "'";
                    statement.execute("UPDATE owner SET name = " + name);
                    statement.execute(
                        "UPDATE pet SET name = " + name + ", kind = " + name + " WHERE id % 3 = 0");
                    connection.commit();
                    Thread.sleep(400);
                  }
                } catch (SQLException | InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
    }

    @Override
    public void close() {
      done.set(true);
      writing.join();
    }
  }

  /** Somebody who looks all the time; what is wrong is an error of its thread. */
  private static CompletableFuture<Long> reader(Setup setup, boolean snapshot, AtomicBoolean done) {
    return CompletableFuture.supplyAsync(
        () -> {
          long reads = 0;
          try (Connection connection = setup.warehouse().connect("reader");
              Statement statement = connection.createStatement()) {
            if (snapshot) {
              connection.setAutoCommit(false);
              connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            }
            while (!done.get()) {
              if (snapshot) {
                look(statement, "SELECT count(*), min(name), max(name) FROM d_owner", 10);
                look(statement, "SELECT count(*), min(owner), max(owner) FROM f_pet", PETS);
                look(
                    statement, "SELECT count(*), min(owner), max(owner) FROM analysts.named", PETS);
                connection.commit();
              }
              look(
                  statement,
                  """
                  SELECT count(*), min(d.name), max(n.owner)
                  FROM d_owner d JOIN f_pet f ON f.owner_id = d.id AND f.owner = d.name
                  JOIN analysts.named n ON n.id = f.id AND n.owner = d.name""",
                  PETS);
              look(statement, "SELECT sum(pets), '', '' FROM mart", PETS);
              if (snapshot) {
                connection.commit();
              }
              reads++;
              Thread.sleep(2);
            }
            return reads;
          } catch (SQLException | InterruptedException e) {
            throw new IllegalStateException(e);
          }
        },
        task -> new Thread(task).start());
  }

  private static void look(Statement statement, String sql, int rows) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      assertThat(row.getInt(1)).as(sql).isEqualTo(rows);
      assertThat(row.getString(2)).as(sql).isEqualTo(row.getString(3));
    }
  }

  @Test
  void goesOverToOtherSqlUnderItsReaders() throws Exception {
    StarFolder folder = pets();
    Setup setup = Setup.of(folder.path(), 3);
    try (Following stages = new Following(setup)) {
      Convergence.assertEqual(setup, WITHIN, stages::check);
      setup.onWarehouse("REFRESH MATERIALIZED VIEW mart");
      String old = generation(setup);
      folder
          .select(
              "f_pet",
              """
              SELECT p.id, p.name, o.id AS owner_id, o.name AS owner, p.kind
              FROM pet p JOIN owner o ON o.id = p.owner_id""")
          .warehouse(2, "ALTER TABLE f_pet ADD COLUMN kind text");
      AtomicBoolean done = new AtomicBoolean();
      List<CompletableFuture<Long>> readers = new ArrayList<>();
      try (Changes changes = new Changes(setup)) {
        for (int i = 0; i < 4; i++) {
          readers.add(reader(setup, i % 2 == 0, done));
        }
        long began = System.nanoTime();
        replay(setup, ReplayFailpoints.NONE).run();
        System.out.printf(
            "[headrace] replay with changed SQL: %d ms%n", (System.nanoTime() - began) / 1_000_000);
        await()
            .atMost(WITHIN)
            .until(
                () -> {
                  stages.check();
                  return SAID.stream().filter(s -> s.contains("goes on with that")).count() >= 2;
                });
      } finally {
        done.set(true);
      }
      long reads = 0;
      for (CompletableFuture<Long> reader : readers) {
        reads += reader.get();
      }
      System.out.printf("[headrace] %d rounds of reading, none of them wrong%n", reads);
      assertThat(reads).isGreaterThan(100);
      Convergence.assertEqual(setup, WITHIN, stages::check);
      assertThat(generation(setup)).isNotEqualTo(old);
      assertThat(topics(old, setup)).isEmpty();
      setup.onSource("UPDATE pet SET kind = 'cat' WHERE id = 7");
      Convergence.assertEqual(setup, WITHIN, stages::check);
    }
  }

  @Test
  void filesThatHaveChangedAreNotFollowedWithoutAReplay() throws Exception {
    StarFolder folder = pets();
    Setup setup = Setup.of(folder.path(), 3);
    try (Following stages = new Following(setup)) {
      Convergence.assertEqual(setup, WITHIN, stages::check);
    }
    String old = generation(setup);
    folder.select(
        "f_pet",
        """
        SELECT p.id, upper(p.name) AS name, o.id AS owner_id, o.name AS owner
        FROM pet p JOIN owner o ON o.id = p.owner_id WHERE p.id <> 2""");
    SAID.clear();
    try (Following stages = new Following(setup)) {
      assertThat(SAID)
          .anyMatch(s -> s.startsWith("The SQL of f_pet") && s.endsWith("./headrace replay"));
      setup.onSource("UPDATE pet SET name = 'fed on' WHERE id = 2");
      await()
          .atMost(WITHIN)
          .until(
              () -> {
                stages.check();
                return one(setup, "SELECT name FROM f_pet WHERE id = 2").equals("fed on");
              });
      assertThat(generation(setup)).isEqualTo(old);
      replay(setup, ReplayFailpoints.NONE).run();
      Convergence.assertEqual(setup, WITHIN, stages::check);
      assertThat(one(setup, "SELECT count(*) FROM f_pet")).isEqualTo("" + (PETS - 1));
    }
  }

  @Test
  void oneThatIsInterruptedBeforeAndAfterTheSwapIsTakenUpAgain() throws Exception {
    StarFolder folder = pets();
    Setup setup = Setup.of(folder.path(), 3);
    try (Following stages = new Following(setup)) {
      Convergence.assertEqual(setup, WITHIN, stages::check);
      String old = generation(setup);
      folder.select(
          "f_pet",
          """
          SELECT p.id, upper(p.name) AS name, o.id AS owner_id, o.name AS owner
          FROM pet p JOIN owner o ON o.id = p.owner_id""");
      SAID.clear();
      interrupted(setup, Point.BEFORE_COMMIT);
      assertThat(generation(setup)).isEqualTo(old);
      interrupted(setup, Point.SWAPPED);
      assertThat(SAID).anyMatch(s -> s.startsWith("Goes on with the star"));
      assertThat(generation(setup)).isNotEqualTo(old);
      assertThat(topics(old, setup)).isNotEmpty();
      replay(setup, ReplayFailpoints.NONE).run();
      assertThat(topics(old, setup)).isEmpty();
      setup.onSource("UPDATE pet SET name = 'after all' WHERE id = 2");
      Convergence.assertEqual(setup, WITHIN, stages::check);
      assertThat(one(setup, "SELECT string_agg(state, ',' ORDER BY id) FROM headrace.replay"))
          .isEqualTo("failed,cleaned,cleaned");
    }
  }

  @Test
  void aNewStarThatDiffersFromTheSourceIsNotPutInTheLiveOnesPlace() throws Exception {
    StarFolder folder = pets();
    Setup setup = Setup.of(folder.path(), 3);
    try (Following stages = new Following(setup)) {
      Convergence.assertEqual(setup, WITHIN, stages::check);
      String old = generation(setup);
      folder.select(
          "f_pet",
          """
          SELECT p.id, upper(p.name) AS name, o.id AS owner_id, o.name AS owner
          FROM pet p JOIN owner o ON o.id = p.owner_id""");
      SAID.clear();
      try (Changes changes = new Changes(setup)) {
        assertThatThrownBy(
                () ->
                    replay(
                            setup,
                            point -> {
                              if (point == Point.FILLED) {
                                damage(setup);
                              }
                            },
                            true)
                        .run())
            .hasMessageContaining("differs from the source (verification 1)")
            .hasMessageContaining("The new one is kept, in the schema headrace_replay");
        assertThat(SAID)
            .contains("f_pet id=9999 extra", "The warehouse differs from the source in 1 row.");
        assertThat(generation(setup)).isEqualTo(old);
        assertThat(one(setup, "SELECT count(*) FROM f_pet")).isEqualTo("" + PETS);
        assertThat(
                one(
                    setup,
                    "SELECT result || ' ' || (scope ->> 'schema') FROM headrace.verification"))
            .isEqualTo("different headrace_replay");
        assertThat(one(setup, "SELECT state FROM headrace.replay")).isEqualTo("failed");
        setup.onWarehouse("DELETE FROM headrace_replay.f_pet WHERE id = 9999");
        replay(setup, ReplayFailpoints.NONE, true).run();
      }
      assertThat(SAID)
          .contains("The warehouse is equal to the source.")
          .anyMatch(s -> s.startsWith("Goes on with the star"));
      assertThat(generation(setup)).isNotEqualTo(old);
      Convergence.assertEqual(setup, WITHIN, stages::check);
    }
  }

  @Test
  void oneTableIsMendedAndComparedWithTheSourceBefore() throws Exception {
    StarFolder folder = pets();
    Setup setup = Setup.of(folder.path(), 3);
    try (Following stages = new Following(setup)) {
      Convergence.assertEqual(setup, WITHIN, stages::check);
      setup.onWarehouse(
          "INSERT INTO f_pet VALUES (9999, 'nobody')", "DELETE FROM f_pet WHERE id IN (4, 5)");
      SAID.clear();
      try (Changes changes = new Changes(setup)) {
        new Replay(plan(setup, true, "f_pet"), LISTENER).run();
      }
      assertThat(SAID)
          .contains("The warehouse is equal to the source.")
          .anyMatch(s -> s.startsWith("  f_pet: 300 rows; of the live star's "));
      Convergence.assertEqual(setup, WITHIN, stages::check);
      assertThatThrownBy(() -> new Replay(plan(setup, false, "f_dog"), LISTENER).run())
          .hasMessageContaining("no table f_dog; it has d_owner, f_pet");
      folder.select("d_owner", "SELECT id, upper(name) AS name FROM owner");
      assertThatThrownBy(() -> new Replay(plan(setup, false, "f_pet"), LISTENER).run())
          .hasMessageContaining("by the SQL of the live star")
          .hasMessageContaining("./headrace replay goes over to it");
    }
  }

  @Test
  void anEmptyWarehouseElsewhereIsFilledAndFedOn() throws Exception {
    StarFolder folder = pets();
    Setup setup = Setup.of(folder.path(), 3);
    Setup same = elsewhere(setup);
    Setup other = elsewhere(setup);
    try (Following stages = new Following(setup)) {
      Convergence.assertEqual(setup, WITHIN, stages::check);
      NewWarehouse stopped = filling(setup, same);
      stopped.stop();
      assertThatThrownBy(stopped::run).hasMessageContaining("started again, it goes on");
      try (Changes changes = new Changes(setup)) {
        SAID.clear();
        filling(setup, same).run();
      }
      assertThat(SAID)
          .contains(
              "Goes on with the warehouse that was begun earlier.",
              "  d_owner: 10 rows",
              "  f_pet: 300 rows")
          .anyMatch(
              s -> s.endsWith("stop the sink and start it with --warehouse " + same.warehouse()));
      assertThat(one(same, "SELECT sum(pets) FROM mart")).isEqualTo("" + PETS);
      assertThatThrownBy(filling(setup, same)::run).hasMessageContaining("has a star already");
      assertThatThrownBy(filling(setup, setup)::run).hasMessageContaining("has a star already");
      folder
          .select(
              "f_pet",
              """
              SELECT p.id, p.name, o.id AS owner_id, o.name AS owner, p.kind
              FROM pet p JOIN owner o ON o.id = p.owner_id""")
          .warehouse(2, "ALTER TABLE f_pet ADD COLUMN kind text");
      filling(setup, other).run();
      try (Connection from = setup.source().connect("oracle");
          Connection to = other.warehouse().connect("oracle")) {
        assertThat(Oracle.of(setup.sql()).differences(from, to)).isEmpty();
      }
      assertThat(generation(other)).isNotEqualTo(generation(setup));
      assertThat(one(other, "SELECT count(marts_filled) FROM headrace.first_load")).isEqualTo("1");
    }
    try (Following stages = new Following(other)) {
      setup.onSource("UPDATE pet SET kind = 'cat' WHERE id = 7");
      Convergence.assertEqual(other, WITHIN, stages::check);
    }
  }

  private static Setup elsewhere(Setup setup) {
    TestDatabase empty = TestServers.newDatabase("warehouse");
    return new Setup(
        setup.source(),
        new Database(empty.host(), empty.port(), empty.name(), empty.user(), empty.password()),
        setup.kafka(),
        setup.prefix(),
        setup.partitions(),
        setup.sql(),
        setup.state(),
        true);
  }

  private static NewWarehouse filling(Setup setup, Setup into) {
    return new NewWarehouse(plan(setup, false, null), into.warehouse(), LISTENER);
  }

  private static void damage(Setup setup) {
    try {
      setup.onWarehouse("INSERT INTO headrace_replay.f_pet VALUES (9999, 'nobody', 1, 'v')");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void interrupted(Setup setup, Point where) {
    assertThatThrownBy(
            () ->
                replay(
                        setup,
                        point -> {
                          if (point == where) {
                            throw new IllegalStateException("killed");
                          }
                        })
                    .run())
        .hasMessage("killed");
  }

  private static String generation(Setup setup) throws SQLException {
    return one(setup, "SELECT generation FROM headrace.position");
  }

  private static String one(Setup setup, String sql) throws SQLException {
    try (Connection connection = setup.warehouse().connect("test");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private static Set<String> topics(String generation, Setup setup)
      throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", setup.kafka()))) {
      Set<String> names = new java.util.HashSet<>(admin.listTopics().names().get());
      names.removeIf(name -> !name.startsWith(setup.topics().application(generation)));
      return names;
    }
  }
}
