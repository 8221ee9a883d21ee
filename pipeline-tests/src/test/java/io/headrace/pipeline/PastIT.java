package io.headrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.cli.replay.PastPlan;
import io.headrace.cli.replay.PastReplay;
import io.headrace.cli.workload.RandomWorkload;
import io.headrace.cli.workload.WorkloadShape;
import io.headrace.stage.StageException;
import io.headrace.wire.EpochMark;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

/** The star as it was at moments in the past, while the live one goes on. */
class PastIT {
  private static final Duration WITHIN = Duration.ofSeconds(90);
  private static final int TRANSACTIONS = 150;

  /** What was seen of the source while nobody wrote. */
  private record Seen(Instant at, List<String> sums) {}

  /** Once an epoch ends with what was written last: one that goes on spans this moment. */
  private static Seen see(Setup setup, Pipeline pipeline, Checksums checksums)
      throws SQLException, InterruptedException {
    Convergence.assertEqual(setup, WITHIN, pipeline::check);
    try (Connection connection = setup.source().connect("test")) {
      Instant at =
          Instant.parse(
              one(
                  connection,
                  "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"));
      List<String> sums = checksums.ofSource(connection);
      Thread.sleep(20); // so that what is written next is later by any clock
      return new Seen(at, sums);
    }
  }

  private static PastReplay replay(Setup setup, Instant at, String schema, Runnable beforeFinish) {
    return new PastReplay(
        new PastPlan(
            setup.source(),
            setup.warehouse(),
            setup.kafka(),
            setup.topics(),
            at,
            schema,
            Path.of(setup.state() + "-past"),
            1,
            (short) 1),
        new LoggingListener(StageKind.SINK),
        beforeFinish);
  }

  @Test
  void buildsWhatTheSourceWasThenBesideTheLiveStar() throws Exception {
    Setup setup = Setup.of(Example.SCHOOL, 3);
    Checksums checksums = Checksums.of(setup);
    List<Seen> seen = new ArrayList<>();
    try (Pipeline pipeline = Pipeline.start(setup);
        RandomWorkload storm =
            new RandomWorkload(
                setup.source(),
                setup.tables(),
                Seeds.next("the star of the past"),
                WorkloadShape.STORM)) {
      Instant beforeAll = Instant.now().minus(Duration.ofDays(1));
      seen.add(see(setup, pipeline, checksums));
      for (int i = 0; i < 2; i++) {
        write(storm);
        seen.add(see(setup, pipeline, checksums));
      }
      write(storm);
      Convergence.assertEqual(setup, WITHIN, pipeline::check);

      for (int i = seen.size() - 1; i >= 0; i--) {
        Seen then = seen.get(i);
        String schema = "Then " + i;
        CompletableFuture<Void> meanwhile = CompletableFuture.runAsync(() -> write(storm));
        EpochMark shown = replay(setup, then.at(), schema, () -> {}).run();
        meanwhile.join();
        pipeline.check();
        assertThat(shown.committed()).isBeforeOrEqualTo(then.at());
        assertThat(sums(setup, checksums, schema)).isEqualTo(then.sums());
        assertNothingIsLeft(setup, shown);
        try (Connection connection = setup.warehouse().connect("test")) {
          assertThat(
                  one(
                      connection,
                      "SELECT obj_description('\"" + schema + "\"'::regnamespace, 'pg_namespace')"))
              .contains(shown.lsn().toString(), shown.committed().toString());
          assertThat(one(connection, "SELECT to_regnamespace('\"" + schema + "_own\"')")).isNull();
          assertThat(
                  one(
                      connection,
                      "SELECT count(*) FROM pg_matviews WHERE ispopulated AND schemaname = '"
                          + schema
                          + "'"))
              .isEqualTo("1");
        }
        Convergence.assertEqual(setup, WITHIN, pipeline::check);
        assertThat(sums(setup, checksums, schema)).isEqualTo(then.sums());
      }

      refusals(setup, seen.get(0).at(), beforeAll);
      takesAwayWhatWasKilled(setup, seen.get(1), checksums);
      Convergence.assertEqual(setup, WITHIN, pipeline::check);
    }
  }

  private static void refusals(Setup setup, Instant at, Instant beforeAll) {
    assertThatThrownBy(() -> replay(setup, at, "Then 0", () -> {}).run())
        .isInstanceOf(StageException.class)
        .hasMessageContaining("There is a schema Then 0");
    assertThatThrownBy(() -> replay(setup, beforeAll, "other", () -> {}).run())
        .isInstanceOf(StageException.class)
        .hasMessageContaining("the earliest moment whose state they have is");
    assertThatThrownBy(
            () -> replay(setup, Instant.now().plus(Duration.ofHours(1)), "other", () -> {}).run())
        .isInstanceOf(StageException.class)
        .hasMessageContaining("lies in the future");
  }

  private static void takesAwayWhatWasKilled(Setup setup, Seen then, Checksums checksums)
      throws Exception {
    assertThatThrownBy(
            () ->
                replay(
                        setup,
                        then.at(),
                        "failed",
                        () -> {
                          throw new IllegalStateException("failed");
                        })
                    .run())
        .hasMessage("failed");
    try (Connection connection = setup.warehouse().connect("test")) {
      assertThat(one(connection, "SELECT to_regnamespace('failed')")).isNull();
      assertThatThrownBy(
              () ->
                  replay(
                          setup,
                          then.at(),
                          "killed",
                          () -> {
                            throw new AssertionError("killed");
                          })
                      .run())
          .hasMessage("killed");
      assertThat(one(connection, "SELECT to_regnamespace('killed')")).isNotNull();
      EpochMark shown = replay(setup, then.at(), "again", () -> {}).run();
      assertThat(one(connection, "SELECT to_regnamespace('killed')")).isNull();
      assertThat(one(connection, "SELECT to_regnamespace('killed_own')")).isNull();
      assertThat(sums(setup, checksums, "again")).isEqualTo(then.sums());
      assertNothingIsLeft(setup, shown);
      assertThat(
              one(
                  connection,
                  "SELECT string_agg(state, ',' ORDER BY id) FROM headrace.replay WHERE past_schema IS NULL"))
          .isEqualTo("cleaned,cleaned,cleaned,failed,failed,cleaned");
    }
  }

  private static void write(RandomWorkload storm) {
    for (int i = 0; i < TRANSACTIONS; i++) {
      storm.transaction();
    }
  }

  private static List<String> sums(Setup setup, Checksums checksums, String schema)
      throws SQLException {
    try (Connection connection = setup.warehouse().connect("test");
        Statement statement = connection.createStatement()) {
      statement.execute("SET search_path TO \"" + schema + "\"");
      return checksums.ofWarehouse(connection).tables();
    }
  }

  private static void assertNothingIsLeft(Setup setup, EpochMark shown)
      throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", setup.kafka()))) {
      Set<String> topics = admin.listTopics().names().get();
      assertThat(topics).noneMatch(name -> name.contains("-at-" + shown.number()));
      assertThat(admin.listGroups().all().get())
          .noneMatch(
              group ->
                  group.groupId().startsWith(setup.prefix()) && group.groupId().contains("-at-"));
    }
    assertThat(Path.of(setup.state() + "-past")).doesNotExist();
  }

  private static String one(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
