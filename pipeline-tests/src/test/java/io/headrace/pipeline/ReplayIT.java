package io.headrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headrace.cli.replay.NewWarehouse;
import io.headrace.cli.replay.Replay;
import io.headrace.cli.replay.ReplayPlan;
import io.headrace.sink.ReplayFailpoints;
import io.headrace.sink.ReplayFailpoints.Point;
import io.headrace.stage.Database;
import io.headrace.stage.StageListener;
import io.headrace.testing.TestDatabase;
import io.headrace.testing.TestServers;
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
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A star that goes over to other SQL under its readers, while the source goes on changing. */
class ReplayIT {
  private static final Duration WITHIN = Duration.ofSeconds(90);

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

  private static Replay replay(Setup setup, ReplayFailpoints failpoints) {
    return replay(setup, failpoints, false);
  }

  private static Replay replay(Setup setup, ReplayFailpoints failpoints, boolean verify) {
    return new Replay(plan(setup, verify, null), LISTENER, failpoints);
  }

  private static ReplayPlan plan(Setup setup, boolean verify, @Nullable String table) {
    return plan(setup, false, verify, table);
  }

  private static ReplayPlan plan(
      Setup setup, boolean rejoin, boolean verify, @Nullable String table) {
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
        rejoin,
        verify,
        table,
        Duration.ofSeconds(30));
  }

  @Test
  void goesOverToOtherSqlUnderItsReaders() throws Exception {
    StarFolder folder = Pets.folder();
    Setup setup = Setup.of(folder.path(), 3);
    SAID.clear();
    try (Following stages = Following.start(setup, LISTENER, StageKind.values())) {
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
      try (Pets.Changes changes = new Pets.Changes(setup)) {
        for (int i = 0; i < 4; i++) {
          readers.add(Pets.reader(setup, i % 2 == 0, done));
        }
        long began = System.nanoTime();
        replay(setup, ReplayFailpoints.NONE).run();
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(
            "[headrace] replay with changed SQL: %.1f s under %.0f changes a second%n",
            seconds, changes.rows() / seconds);
        await()
            .atMost(WITHIN)
            .until(
                () -> {
                  stages.check();
                  return SAID.stream().anyMatch(s -> s.endsWith("goes on with that."));
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
      assertThat(SAID.stream().filter(s -> s.endsWith("goes on with that."))).hasSize(1);
      setup.onSource("UPDATE pet SET kind = 'cat' WHERE id = 7");
      Convergence.assertEqual(setup, WITHIN, stages::check);
    }
  }

  @Test
  void filesThatHaveChangedAreNotFollowedWithoutAReplay() throws Exception {
    StarFolder folder = Pets.folder();
    Setup setup = Setup.of(folder.path(), 3);
    try (Following stages = Following.start(setup, LISTENER, StageKind.values())) {
      Convergence.assertEqual(setup, WITHIN, stages::check);
    }
    String old = generation(setup);
    folder.select(
        "f_pet",
        """
        SELECT p.id, upper(p.name) AS name, o.id AS owner_id, o.name AS owner
        FROM pet p JOIN owner o ON o.id = p.owner_id WHERE p.id <> 2""");
    SAID.clear();
    try (Following stages = Following.start(setup, LISTENER, StageKind.values())) {
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
      assertThat(one(setup, "SELECT count(*) FROM f_pet")).isEqualTo("" + (Pets.COUNT - 1));
    }
  }

  @Test
  void oneThatIsInterruptedBeforeAndAfterTheSwapIsTakenUpAgain() throws Exception {
    StarFolder folder = Pets.folder();
    Setup setup = Setup.of(folder.path(), 3);
    try (Following stages = Following.start(setup, LISTENER, StageKind.values())) {
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
          .isEqualTo("failed,cleaned");
      assertThat(SAID).anyMatch(s -> s.startsWith("An earlier replay had swapped already"));
      folder.select("d_owner", "SELECT id, lower(name) AS name FROM owner");
      interrupted(setup, Point.BEFORE_COMMIT);
      String abandoned = one(setup, "SELECT to_generation FROM headrace.replay WHERE id = 3");
      assertThat(topics(abandoned, setup)).isNotEmpty();
      folder.select("d_owner", "SELECT id, name FROM owner");
      replay(setup, ReplayFailpoints.NONE).run();
      assertThat(topics(abandoned, setup)).isEmpty();
      assertThat(topics(generation(setup), setup)).isNotEmpty();
    }
  }

  @Test
  void aNewStarThatDiffersFromTheSourceIsNotPutInTheLiveOnesPlace() throws Exception {
    StarFolder folder = Pets.folder();
    Setup setup = Setup.of(folder.path(), 3);
    try (Following stages = Following.start(setup, LISTENER, StageKind.values())) {
      Convergence.assertEqual(setup, WITHIN, stages::check);
      String old = generation(setup);
      folder.select(
          "f_pet",
          """
          SELECT p.id, upper(p.name) AS name, o.id AS owner_id, o.name AS owner
          FROM pet p JOIN owner o ON o.id = p.owner_id""");
      SAID.clear();
      try (Pets.Changes changes = new Pets.Changes(setup)) {
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
        assertThat(one(setup, "SELECT count(*) FROM f_pet")).isEqualTo("" + Pets.COUNT);
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
    StarFolder folder = Pets.folder();
    Setup setup = Setup.of(folder.path(), 3);
    try (Following stages = Following.start(setup, LISTENER, StageKind.values())) {
      Convergence.assertEqual(setup, WITHIN, stages::check);
      setup.onWarehouse(
          "INSERT INTO f_pet VALUES (9999, 'nobody')", "DELETE FROM f_pet WHERE id IN (4, 5)");
      SAID.clear();
      try (Pets.Changes changes = new Pets.Changes(setup)) {
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
      setup.onSource("CREATE TABLE vet (id integer PRIMARY KEY, name text)");
      folder
          .select("d_vet", "SELECT id, name FROM vet")
          .warehouse(2, "CREATE TABLE d_vet (id integer PRIMARY KEY, name text)");
      assertThatThrownBy(() -> replay(setup, ReplayFailpoints.NONE).run())
          .hasMessageContaining("reads public.vet, which the capture has not captured so far");
    }
  }

  @Test
  void anEmptyWarehouseElsewhereIsFilledAndFedOn() throws Exception {
    StarFolder folder = Pets.folder();
    Setup setup = Setup.of(folder.path(), 3);
    Setup same = elsewhere(setup);
    Setup other = elsewhere(setup);
    try (Following stages = Following.start(setup, LISTENER, StageKind.values())) {
      Convergence.assertEqual(setup, WITHIN, stages::check);
      NewWarehouse stopped = filling(setup, same);
      stopped.stop();
      assertThatThrownBy(stopped::run).hasMessageContaining("started again, it goes on");
      try (Pets.Changes changes = new Pets.Changes(setup)) {
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
      assertThat(one(same, "SELECT sum(pets) FROM mart")).isEqualTo("" + Pets.COUNT);
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
      Database gone = new Database("127.0.0.1", 1, "gone", "dwh", "");
      Setup third = elsewhere(setup);
      SAID.clear();
      new NewWarehouse(plan(setup.withWarehouse(gone), false, null), third.warehouse(), LISTENER)
          .run();
      assertThat(SAID).anyMatch(s -> s.startsWith("The star is made by the SQL of " + setup.sql()));
      assertThat(one(third, "SELECT count(*) FROM f_pet")).isEqualTo("" + Pets.COUNT);
      assertThat(one(other, "SELECT count(marts_filled) FROM headrace.first_load")).isEqualTo("1");
    }
    try (Following stages = Following.start(other, LISTENER, StageKind.values())) {
      setup.onSource("UPDATE pet SET kind = 'cat' WHERE id = 7");
      Convergence.assertEqual(other, WITHIN, stages::check);
    }
  }

  /** A transform cannot go on with what it made of a topic that is another one by now. */
  @Test
  void aTopicThatWasLostIsJoinedAnew() throws Exception {
    StarFolder folder = Pets.folder();
    Setup setup = Setup.of(folder.path(), 3);
    try (Following stages = Following.start(setup, LISTENER, StageKind.values())) {
      Convergence.assertEqual(setup, WITHIN, stages::check);
    }
    String old = generation(setup);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", setup.kafka()))) {
      admin.deleteTopics(List.of(setup.prefix() + ".public.pet")).all().get();
    }
    setup.onSource("DELETE FROM pet WHERE id = 3", "UPDATE pet SET name = 'since' WHERE id = 4");
    SAID.clear();
    try (Following stages = Following.start(setup, LISTENER, StageKind.values())) {
      awaitSaying("./headrace replay --rejoin", stages);
      setup.onSource("UPDATE pet SET name = 'later' WHERE id = 5");
      new Replay(plan(setup, true, true, null), LISTENER).run();
      Convergence.assertEqual(setup, WITHIN, stages::check);
      assertThat(generation(setup)).isEqualTo(old + "r2");
      assertThat(topics(old + ".", setup)).isEmpty();
      setup.onSource("UPDATE pet SET name = 'after all' WHERE id = 6");
      Convergence.assertEqual(setup, WITHIN, stages::check);
    }
    try (Following stages = Following.start(setup, LISTENER, StageKind.values())) {
      setup.onSource("UPDATE owner SET name = 'fed on' WHERE id = 1");
      Convergence.assertEqual(setup, WITHIN, stages::check);
      assertThat(generation(setup)).isEqualTo(old + "r2");
      replay(setup, ReplayFailpoints.NONE).run();
      assertThat(SAID).contains("Builds the star anew from its facts.");
      Convergence.assertEqual(setup, WITHIN, stages::check);
    }
  }

  private static void awaitSaying(String end, Following stages) {
    await()
        .atMost(WITHIN)
        .until(
            () -> {
              stages.check();
              return SAID.stream().anyMatch(s -> s.endsWith(end));
            });
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
        true,
        0);
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
