package io.headrace.sink.mart;

import static io.headrace.sink.mart.MartWarehouse.NINE;
import static io.headrace.sink.mart.MartWarehouse.mart;
import static io.headrace.sink.mart.MartWarehouse.rules;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When marts are refreshed, and what is recorded. */
class MartStageIT {
  private static final String ALL = "SELECT id, n FROM f_t";
  private static final String RUNS =
      "SELECT mart, trigger, state, due AT TIME ZONE 'UTC' FROM headrace.mart_refresh ORDER BY id";
  private static final String DONE =
      "SELECT count(*) FROM headrace.mart_refresh WHERE state = 'done'";

  private final MartWarehouse warehouse =
      new MartWarehouse("INSERT INTO f_t SELECT i, i FROM generate_series(1, 10) i");
  private final SettableClock clock = new SettableClock("2026-11-24T07:00:00Z");

  @Test
  void fillsWhatWasLoadedAndRecordsIt() {
    MartFile mart = mart("m", ALL, NINE);
    MartFile above = mart("a", "SELECT id, sum(n) AS n FROM m GROUP BY id", NINE);
    warehouse.execute("CREATE MATERIALIZED VIEW undeclared AS SELECT 1 AS id WITH NO DATA");
    try (RunningMarts marts = new RunningMarts(warehouse, clock, above, mart)) {
      warehouse.awaitRows("SELECT matviewname FROM pg_matviews ORDER BY 1", "a", "m", "undeclared");
      warehouse.shows(7, "2026-11-24T06:59:59Z");
      warehouse.loaded();
      warehouse.awaitRows("SELECT marts_filled IS NOT NULL FROM headrace.first_load", "t");
      assertThat(
              warehouse.rows(
                  "SELECT mart, trigger, state, rows, rows_changed, epoch, lsn, complete_to AT TIME ZONE 'UTC', incomplete"
                      + " FROM headrace.mart_refresh ORDER BY mart"))
          .containsExactly(
              "a,first load,done,10,null,7,0/70,2026-11-24 06:59:59,f",
              "m,first load,done,10,null,7,0/70,2026-11-24 06:59:59,f",
              "undeclared,first load,done,1,null,7,0/70,2026-11-24 06:59:59,f");
      assertThat(
              warehouse.rows(
                  "SELECT (SELECT finished FROM headrace.mart_refresh WHERE mart = 'm')"
                      + " <= (SELECT finished FROM headrace.mart_refresh WHERE mart = 'a')"))
          .containsExactly("t");
      assertThat(marts.said).contains("The mart a has been refreshed: 10 rows.");
    }
  }

  @Test
  void refreshesOnceWhenDueThoughTwoSchedulersRun() {
    MartFile mart = mart("m", ALL, NINE);
    warehouse.shows(1, "2026-11-24T08:00:00Z");
    try (RunningMarts one = new RunningMarts(warehouse, clock, mart)) {
      warehouse.awaitRows("SELECT mart FROM headrace.mart", "m");
      try (RunningMarts two = new RunningMarts(warehouse, clock, mart)) {
        assertThat(warehouse.rows(RUNS)).isEmpty();
        clock.set("2026-11-24T08:00:00Z"); // 09:00 in Berlin
        warehouse.awaitRows(RUNS, "m,schedule,done,2026-11-24 08:00:00");
        warehouse.shows(2, "2026-11-25T08:00:00.5Z");
        warehouse.execute("UPDATE f_t SET n = 0 WHERE id = 1; DELETE FROM f_t WHERE id = 2");
        clock.set("2026-11-25T08:00:00Z");
        warehouse.awaitRows(
            RUNS, "m,schedule,done,2026-11-24 08:00:00", "m,schedule,done,2026-11-25 08:00:00");
        assertThat(
                warehouse.rows("SELECT rows, rows_changed FROM headrace.mart_refresh ORDER BY id"))
            .containsExactly("10,null", "9,3");
      }
    }
  }

  @Test
  void catchesUpOnceWithTheLastOfTheMomentsThatWereMissed() {
    MartFile mart = mart("m", ALL, NINE);
    warehouse.shows(1, "2026-11-24T07:00:00Z");
    try (RunningMarts marts = new RunningMarts(warehouse, clock, mart)) {
      warehouse.awaitRows("SELECT mart FROM headrace.mart", "m");
    }
    clock.set("2026-11-28T12:00:00Z");
    warehouse.shows(2, "2026-11-28T12:00:00Z");
    try (RunningMarts marts = new RunningMarts(warehouse, clock, mart)) {
      warehouse.awaitRows(RUNS, "m,catch-up,done,2026-11-28 08:00:00");
      warehouse.awaitRows(
          "SELECT execution_time AT TIME ZONE 'UTC' FROM headrace.scheduled_tasks WHERE task_name = 'mart due'",
          "2026-11-29 08:00:00");
    }
    try (RunningMarts marts = new RunningMarts(warehouse, clock, mart)) {
      MartRuns.request(warehouse.address(), "m", clock);
      warehouse.shows(3, "2026-11-28T13:00:00Z");
      warehouse.awaitRows(DONE, "2");
      assertThat(warehouse.rows(RUNS)).hasSize(2);
    }
  }

  @Test
  void anotherScheduleTakesTheOldOnesPlace() {
    try (RunningMarts marts = new RunningMarts(warehouse, clock, mart("m", ALL, NINE))) {
      warehouse.awaitRows("SELECT schedule FROM headrace.mart", NINE);
    }
    try (RunningMarts marts = new RunningMarts(warehouse, clock, mart("m", ALL, "30 10 * * *"))) {
      warehouse.awaitRows("SELECT schedule FROM headrace.mart", "30 10 * * *");
      assertThat(MartRuns.list(warehouse.address()))
          .singleElement()
          .satisfies(
              state -> {
                assertThat(state.next()).hasToString("2026-11-24T09:30:00Z");
                assertThat(state.zone()).isEqualTo("Europe/Berlin");
                assertThat(state.refreshed()).isNull();
              });
    }
    try (RunningMarts marts = new RunningMarts(warehouse, clock)) {
      warehouse.awaitRows("SELECT count(*) FROM headrace.mart", "0");
      assertThat(warehouse.rows("SELECT count(*) FROM headrace.scheduled_tasks"))
          .containsExactly("0");
      assertThat(MartRuns.list(warehouse.address()))
          .extracting(MartState::declared)
          .containsExactly(false);
    }
  }

  @Test
  void waitsUntilTheStarIsComplete() {
    warehouse.shows(1, "2026-11-24T07:59:59Z");
    try (RunningMarts marts = new RunningMarts(warehouse, clock, mart("m", ALL, NINE))) {
      warehouse.awaitRows("SELECT mart FROM headrace.mart", "m");
      clock.set("2026-11-24T08:00:00Z");
      warehouse.awaitRows(RUNS, "m,schedule,waiting,2026-11-24 08:00:00");
      warehouse.awaitRows("SELECT count(*) FROM headrace.run_log WHERE words LIKE 'waits: %'", "1");
      warehouse.execute("INSERT INTO f_t VALUES (11, 11)");
      warehouse.shows(2, "2026-11-24T08:00:00Z");
      warehouse.awaitRows(RUNS, "m,schedule,done,2026-11-24 08:00:00");
      assertThat(warehouse.rows("SELECT rows, epoch, incomplete FROM headrace.mart_refresh"))
          .containsExactly("11,2,f");
      assertThat(warehouse.rows("SELECT words FROM headrace.run_log ORDER BY line"))
          .containsExactly(
              "asked for mart=m trigger=\"schedule\" due=2026-11-24T08:00:00Z attempt=1"
                  + " complete_until=2026-11-24T08:00:00Z",
              "waits: the star must show all that the source committed until 2026-11-24T08:00:00Z"
                  + " but shows it until 2026-11-24T07:59:59Z",
              "begins",
              "done rows=11 epoch=2 complete_to=2026-11-24T08:00:00Z");
    }
  }

  @Test
  void failsOrIsIncompleteWhenTheStarIsLate() throws SQLException {
    MartFile fails = mart("f", ALL, rules(NINE, CutOff.TRIGGER, Duration.ofSeconds(2), false));
    MartFile goes = mart("g", ALL, rules(NINE, CutOff.TRIGGER, Duration.ofSeconds(2), true));
    warehouse.shows(1, "2026-11-24T07:59:59Z");
    try (RunningMarts marts = new RunningMarts(warehouse, clock, fails, goes)) {
      warehouse.awaitRows("SELECT mart FROM headrace.mart ORDER BY 1", "f", "g");
      clock.set("2026-11-24T08:00:00Z");
      warehouse.awaitRows(
          "SELECT mart, state, incomplete, error, complete_to AT TIME ZONE 'UTC' FROM headrace.mart_refresh ORDER BY 1",
          "f,failed,f,Not refreshed, because the star must show all that the source committed until"
              + " 2026-11-24T08:00:00Z but shows it until 2026-11-24T07:59:59Z; waited 2s,null",
          "g,done,t,null,2026-11-24 07:59:59");
      assertThat(health())
          .satisfiesExactly(
              f -> assertThat(f.failed()).isTrue(),
              g -> {
                assertThat(g.failed()).isFalse();
                assertThat(g.refreshed()).isNotNull();
                assertThat(g.completeTo()).hasToString("2026-11-24T07:59:59Z");
              });
      assertThat(warehouse.rows("SELECT level, words FROM headrace.run_log WHERE level = 'WARN'"))
          .singleElement()
          .asString()
          .startsWith("WARN,Refreshed although the star must show");
    }
  }

  @Test
  void whatWaitsIsOverdue() throws SQLException {
    warehouse.execute(
        "CREATE MATERIALIZED VIEW m AS SELECT 1 AS id;"
            + " INSERT INTO headrace.mart_refresh (mart, trigger, due) VALUES ('m', 'schedule', now() - interval '1 hour')");
    assertThat(health())
        .singleElement()
        .satisfies(m -> assertThat(m.overdue()).isGreaterThanOrEqualTo(Duration.ofHours(1)))
        .satisfies(m -> assertThat(m.refreshed()).isNull());
    warehouse.execute("UPDATE headrace.mart_refresh SET state = 'done', finished = now()");
    assertThat(health()).singleElement().satisfies(m -> assertThat(m.overdue()).isZero());
  }

  private List<MartHealth> health() throws SQLException {
    try (Connection connection = warehouse.database.connect()) {
      return MartHealth.read(connection);
    }
  }

  @Test
  void goesInOrderAndIsAsOldAsTheOldestThatItReads() {
    warehouse.shows(1, "2026-11-24T07:00:00Z");
    MartFile below = mart("z", "SELECT id, n FROM f_t", "0 12 * * *");
    MartFile above = mart("a", "SELECT id, n FROM z", NINE);
    try (RunningMarts marts = new RunningMarts(warehouse, clock, above, below)) {
      warehouse.awaitRows("SELECT mart FROM headrace.mart ORDER BY 1", "a", "z");
      clock.set("2026-11-24T08:00:00Z");
      warehouse.shows(2, "2026-11-24T08:00:00Z");
      warehouse.awaitRows(
          "SELECT mart, trigger, state, rows FROM headrace.mart_refresh ORDER BY finished",
          "z,schedule,done,10",
          "a,schedule,done,10");
      warehouse.execute("INSERT INTO f_t VALUES (11, 11)");
      MartRuns.request(warehouse.address(), "public.a", clock);
      warehouse.shows(3, "2026-11-24T09:00:00Z");
      warehouse.awaitRows(
          "SELECT mart, trigger, state, rows FROM headrace.mart_refresh ORDER BY finished",
          "z,schedule,done,10",
          "a,schedule,done,10",
          "z,manual,done,11",
          "a,manual,done,11");
    }
  }

  @Test
  void triesAgainWithPausesAndCountsTheAttempts() {
    warehouse.shows(1, "2026-11-24T07:00:00Z");
    MartFile mart = mart("m", "SELECT id / n AS id FROM f_t", NINE);
    warehouse.execute("UPDATE f_t SET n = 0");
    try (RunningMarts marts = new RunningMarts(warehouse, clock, mart)) {
      warehouse.awaitRows("SELECT mart FROM headrace.mart", "m");
      long id = MartRuns.request(warehouse.address(), "m", clock).get(0);
      warehouse.shows(2, "2026-11-24T23:00:00Z");
      warehouse.awaitRows(
          "SELECT attempt, state, error, not_before - due > '9 s' FROM headrace.mart_refresh ORDER BY id",
          "1,failed,division by zero [22012],null",
          "2,waiting,null,t");
      assertThat(MartRuns.state(warehouse.address(), id).state()).isEqualTo("failed");
      warehouse.execute("DELETE FROM f_t WHERE id > 1; UPDATE f_t SET n = 1");
      clock.set("2026-11-24T07:01:00Z");
      warehouse.awaitRows(
          "SELECT attempt, state FROM headrace.mart_refresh ORDER BY id", "1,failed", "2,done");
    }
    assertThat(MartRun.pause(1)).isEqualTo(Duration.ofSeconds(10));
    assertThat(MartRun.pause(3)).isEqualTo(Duration.ofSeconds(40));
    assertThat(MartRun.pause(30)).isEqualTo(Duration.ofMinutes(10));
  }

  private static final String STOPS =
      "SELECT moment AT TIME ZONE 'UTC' FROM headrace.mart_stop ORDER BY 1";
  private static final String TODAY = "2026-11-23 23:00:00";
  private static final String TOMORROW = "2026-11-24 23:00:00";

  /** Half past midnight in Berlin. */
  private static MartFile nightly(String sql) {
    return mart(
        "m", sql, rules("30 0 * * *", CutOff.PREVIOUS_MIDNIGHT, Duration.ofMinutes(5), false));
  }

  /** As the sink tells it. */
  private void starStands() {
    warehouse.execute(
        "UPDATE headrace.mart_stop SET reached_epoch = 1, reached_at = now() WHERE moment = '"
            + TODAY
            + "Z'");
  }

  @Test
  void waitsAtMidnightThroughARestart() {
    MartFile mart = nightly(ALL);
    clock.set("2026-11-23T23:20:00Z");
    warehouse.shows(1, "2026-11-23T22:59:59Z");
    try (RunningMarts marts = new RunningMarts(warehouse, clock, mart)) {
      warehouse.awaitRows(STOPS, TODAY);
      clock.set("2026-11-23T23:30:00Z");
      warehouse.awaitRows(RUNS, "m,schedule,waiting,2026-11-23 23:30:00");
      warehouse.awaitRows(STOPS, TODAY, TOMORROW);
    }
    try (RunningMarts marts = new RunningMarts(warehouse, clock, mart)) {
      org.awaitility.Awaitility.await().until(() -> MartRuns.kept(warehouse.address()));
      starStands();
      warehouse.awaitRows(RUNS, "m,schedule,done,2026-11-23 23:30:00");
      warehouse.awaitRows(STOPS, TOMORROW);
    }
  }

  @Test
  void theStarStandsUntilAFailedFillWasTriedAgain() {
    MartFile mart = nightly("SELECT id / n AS id FROM f_t");
    clock.set("2026-11-23T23:20:00Z");
    warehouse.shows(1, "2026-11-23T22:59:59Z");
    warehouse.execute("DELETE FROM f_t WHERE id > 1; UPDATE f_t SET n = 0");
    try (RunningMarts marts = new RunningMarts(warehouse, clock, mart)) {
      warehouse.awaitRows(STOPS, TODAY);
      starStands();
      clock.set("2026-11-23T23:30:00Z");
      warehouse.awaitRows(
          "SELECT attempt, state, error FROM headrace.mart_refresh ORDER BY id",
          "1,failed,division by zero [22012]",
          "2,waiting,null");
      assertThat(warehouse.rows(STOPS)).contains(TODAY);
      warehouse.execute("UPDATE f_t SET n = 1");
      clock.set("2026-11-23T23:31:00Z");
      warehouse.awaitRows(
          "SELECT attempt, state, complete_to AT TIME ZONE 'UTC' FROM headrace.mart_refresh ORDER BY id",
          "1,failed,null",
          "2,done,2026-11-23 22:59:59");
      warehouse.awaitRows(STOPS, TOMORROW);
    }
  }

  @Test
  void theStarGoesOnWhenItsPatienceHasRunOut() {
    clock.set("2026-11-23T23:20:00Z");
    warehouse.shows(1, "2026-11-23T22:59:59Z");
    try (RunningMarts marts = new RunningMarts(warehouse, clock, nightly(ALL))) {
      warehouse.awaitRows(STOPS, TODAY);
      clock.set("2026-11-23T23:30:00Z");
      warehouse.awaitRows(RUNS, "m,schedule,waiting,2026-11-23 23:30:00");
      clock.set("2026-11-23T23:35:01Z");
      warehouse.awaitRows(
          "SELECT state, error FROM headrace.mart_refresh",
          "failed,Not refreshed, because the star must stand at the source's last commit before"
              + " 2026-11-23T23:00:00Z but shows it until 2026-11-23T22:59:59Z; waited 5m");
      warehouse.awaitRows(STOPS, TOMORROW);
    }
  }

  @Test
  void whoAsksDoesNotWaitWhereAnotherAttemptDoes() {
    warehouse.shows(1, "2026-11-24T23:00:00Z");
    MartFile mart = mart("m", "SELECT id / n AS id FROM f_t", NINE);
    warehouse.execute("DELETE FROM f_t WHERE id > 1; UPDATE f_t SET n = 0");
    try (RunningMarts marts = new RunningMarts(warehouse, clock, mart)) {
      warehouse.awaitRows("SELECT mart FROM headrace.mart", "m");
      MartRuns.request(warehouse.address(), "m", clock);
      String attempts = "SELECT attempt, state FROM headrace.mart_refresh ORDER BY id";
      warehouse.awaitRows(attempts, "1,failed", "2,waiting");
      warehouse.execute(
          "UPDATE f_t SET n = 1; UPDATE headrace.mart_refresh SET not_before = not_before + '1 day' WHERE attempt = 2");
      MartRuns.request(warehouse.address(), "m", clock);
      warehouse.awaitRows(attempts, "1,failed", "2,done");
    }
  }

  @Test
  void takesOverAViewThatIsThereAlreadyAndGivesItNewSqlWithItsRights() {
    warehouse.execute(
        """
        CREATE MATERIALIZED VIEW m AS SELECT f_t.id, f_t.n FROM f_t;
        CREATE UNIQUE INDEX m_key ON m (id);
        CREATE INDEX m_n ON m (n);
        COMMENT ON MATERIALIZED VIEW m IS 'read by many';
        DO 'BEGIN CREATE ROLE mart_reader; EXCEPTION WHEN duplicate_object THEN NULL; END';
        GRANT SELECT ON m TO mart_reader;
        """);
    warehouse.shows(1, "2026-11-24T07:00:00Z");
    warehouse.filled();
    List<String> before = warehouse.rows("SELECT 'm'::regclass::oid");
    try (RunningMarts marts =
        new RunningMarts(warehouse, clock, mart("m", ALL + " -- same\n;", NINE))) {
      warehouse.awaitRows("SELECT mart FROM headrace.mart", "m");
      assertThat(warehouse.rows("SELECT 'm'::regclass::oid")).isEqualTo(before);
      assertThat(warehouse.rows(RUNS)).isEmpty();
    }
    MartFile changed = mart("m", "SELECT id, n, -n AS minus FROM f_t", NINE);
    try (RunningMarts marts = new RunningMarts(warehouse, clock, changed)) {
      warehouse.awaitRows(
          "SELECT trigger, state, rows, epoch FROM headrace.mart_refresh",
          "new definition,done,10,1");
      assertThat(warehouse.rows("SELECT minus FROM m WHERE id = 3")).containsExactly("-3");
      assertThat(
              warehouse.rows(
                  "SELECT has_table_privilege('mart_reader', 'm', 'SELECT'), obj_description('m'::regclass)"))
          .containsExactly("t,read by many");
      assertThat(
              warehouse.rows(
                  "SELECT indexname FROM pg_indexes WHERE tablename = 'm' AND schemaname = 'public' ORDER BY 1"))
          .containsExactly("m_key", "m_n");
    }
  }

  @Test
  void saysWhyAFilesSqlIsNotTaken() {
    warehouse.shows(1, "2026-11-24T07:00:00Z");
    warehouse.execute("CREATE MATERIALIZED VIEW m AS SELECT id FROM f_t");
    try (RunningMarts marts =
        new RunningMarts(warehouse, clock, mart("m", "SELECT id, nothing FROM f_t", NINE))) {
      warehouse.awaitRows("SELECT mart FROM headrace.mart", "m");
      assertThat(marts.said)
          .containsExactly(
              "The mart m is not as m.sql says: PostgreSQL refuses the SQL of m.sql:"
                  + " column \"nothing\" does not exist [42703]");
      MartRuns.request(warehouse.address(), "m", clock);
      warehouse.shows(2, "2026-11-24T23:00:00Z");
      warehouse.awaitRows(
          "SELECT state, error FROM headrace.mart_refresh WHERE state = 'failed'",
          "failed,PostgreSQL refuses the SQL of m.sql: column \"nothing\" does not exist [42703]");
    }
  }

  @Test
  void refusesAMartThatIsNotThere() {
    warehouse.execute("CREATE MATERIALIZED VIEW sales AS SELECT id FROM f_t");
    assertThatThrownBy(() -> MartRuns.request(warehouse.address(), "salse", Clock.systemUTC()))
        .hasMessage("There is no mart salse; did you mean sales?");
    assertThat(MartRuns.kept(warehouse.address())).isFalse();
    try (RunningMarts marts = new RunningMarts(warehouse, clock)) {
      org.awaitility.Awaitility.await().until(() -> MartRuns.kept(warehouse.address()));
    }
    assertThat(MartRuns.kept(warehouse.address())).isFalse();
  }
}
