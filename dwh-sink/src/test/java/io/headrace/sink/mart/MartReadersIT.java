package io.headrace.sink.mart;

import static io.headrace.sink.mart.MartWarehouse.NINE;
import static io.headrace.sink.mart.MartWarehouse.mart;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headrace.sink.mart.MartWarehouse.Readers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Refreshes at work: who reads meanwhile, and who ends them. */
class MartReadersIT {
  /** Takes as long as a test needs. */
  private static final String SLOW = "SELECT id, n FROM f_t WHERE pg_sleep(60) IS NOT NULL";

  private static final String RUNS =
      "SELECT trigger, state, attempt FROM headrace.mart_refresh ORDER BY id";

  private final MartWarehouse warehouse =
      new MartWarehouse("INSERT INTO f_t SELECT i, i FROM generate_series(1, 50000) i");
  private final SettableClock clock = new SettableClock("2026-11-24T07:00:00Z");

  @Test
  void nobodyWaitsForARefreshNorForNewSql() throws Exception {
    warehouse.shows(1, "2026-11-24T23:00:00Z");
    warehouse.execute("CREATE MATERIALIZED VIEW m AS SELECT id, n FROM f_t");
    warehouse.filled();
    try (Readers readers = warehouse.readers("SELECT count(*), max(id) FROM m", 3)) {
      try (RunningMarts marts =
          new RunningMarts(warehouse, clock, mart("m", "SELECT id, n FROM f_t", NINE))) {
        for (int i = 1; i <= 3; i++) {
          warehouse.execute("UPDATE f_t SET n = n + 1 WHERE id % 2 = 0");
          MartRuns.request(warehouse.address(), "m", clock);
          warehouse.awaitRows(
              "SELECT count(*) FROM headrace.mart_refresh WHERE state = 'done'", "" + i);
        }
      }
      try (RunningMarts marts =
          new RunningMarts(warehouse, clock, mart("m", "SELECT id, -n AS n FROM f_t", NINE))) {
        warehouse.awaitRows(
            "SELECT count(*) FROM headrace.mart_refresh WHERE trigger = 'new definition' AND state = 'done'",
            "1");
      }
      assertThat(readers.reads()).isPositive();
    }
    assertThat(warehouse.rows("SELECT sum(rows_changed) FROM headrace.mart_refresh"))
        .containsExactly("150000"); // 25,000 rows, three times, each as one gone and one new
  }

  @Test
  void endsWhatTakesTooLong() {
    warehouse.shows(1, "2026-11-24T23:00:00Z");
    MartFile slow =
        mart(
            "m",
            SLOW,
            new MartRules(
                null,
                MartWarehouse.BERLIN,
                CutOff.TRIGGER,
                Duration.ofMinutes(1),
                false,
                Duration.ofSeconds(1),
                0));
    try (RunningMarts marts = new RunningMarts(warehouse, clock, slow)) {
      warehouse.awaitRows("SELECT mart FROM headrace.mart", "m");
      MartRuns.request(warehouse.address(), "m", clock);
      warehouse.awaitRows(RUNS, "manual,failed,1");
      assertThat(warehouse.rows("SELECT error FROM headrace.mart_refresh"))
          .containsExactly(
              "It was ended because a statement may take 1s and took longer:"
                  + " canceling statement due to statement timeout [57014]");
    }
  }

  @Test
  void oneAtATimeIsAtWorkAndCanBeCancelled() {
    warehouse.shows(1, "2026-11-24T23:00:00Z");
    try (RunningMarts marts = new RunningMarts(warehouse, clock, mart("m", SLOW, NINE))) {
      warehouse.awaitRows("SELECT mart FROM headrace.mart", "m");
      List<Long> first = MartRuns.request(warehouse.address(), "m", clock);
      warehouse.awaitRows(RUNS, "manual,refreshing,1");
      assertThat(MartRuns.list(warehouse.address()))
          .singleElement()
          .satisfies(state -> assertThat(state.atWork()).isEqualTo("refreshing"));
      List<Long> second = MartRuns.request(warehouse.address(), "m", clock);
      assertThat(MartRuns.request(warehouse.address(), "m", clock)).isEqualTo(second);
      assertThat(second).isNotEqualTo(first);
      warehouse.awaitRows(RUNS, "manual,refreshing,1", "manual,waiting,1");
      assertThat(MartRuns.cancel(warehouse.address(), "m")).isEqualTo(2);
      warehouse.awaitRows(RUNS, "manual,cancelled,1", "manual,cancelled,1");
      assertThat(marts.said).contains("The refresh of the mart m has been cancelled.");
    }
  }

  @Test
  void theCauseIsThatWhichBrokeTheConnection() {
    warehouse.shows(1, "2026-11-24T23:00:00Z");
    try (RunningMarts marts = new RunningMarts(warehouse, clock, mart("m", SLOW, NINE))) {
      warehouse.awaitRows("SELECT mart FROM headrace.mart", "m");
      MartRuns.request(warehouse.address(), "m", clock);
      warehouse.awaitRows(RUNS, "manual,refreshing,1");
      warehouse.awaitRows(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE application_name = 'headrace mart m' AND query LIKE 'REFRESH%'",
          "t");
      warehouse.awaitRows(RUNS, "manual,failed,1", "manual,waiting,2");
      assertThat(warehouse.rows("SELECT error FROM headrace.mart_refresh ORDER BY id LIMIT 1"))
          .containsExactly("terminating connection due to administrator command [57P01]");
    }
  }

  @Test
  void whatWasToBeCancelledIsNotTriedAgain() {
    warehouse.shows(1, "2026-11-24T23:00:00Z");
    warehouse.execute(
        "INSERT INTO headrace.mart_refresh (mart, trigger, due, state, cancel_wished)"
            + " VALUES ('m', 'manual', '2026-11-24T06:00:00Z', 'refreshing', true)");
    try (RunningMarts marts =
        new RunningMarts(warehouse, clock, mart("m", "SELECT id FROM f_t", NINE))) {
      warehouse.awaitRows(RUNS, "manual,cancelled,1");
      assertThat(marts.said).contains("The refresh of the mart m has been cancelled.");
    }
  }

  @Test
  void whatAStopInterruptsGoesOnAtTheNextStart() {
    warehouse.shows(1, "2026-11-24T23:00:00Z");
    try (RunningMarts marts = new RunningMarts(warehouse, clock, mart("m", SLOW, NINE))) {
      warehouse.awaitRows("SELECT mart FROM headrace.mart", "m");
      MartRuns.request(warehouse.address(), "m", clock);
      warehouse.awaitRows(RUNS, "manual,refreshing,1");
    }
    assertThat(warehouse.rows(RUNS)).containsExactly("manual,waiting,1");
    warehouse.execute("DELETE FROM f_t");
    try (RunningMarts marts = new RunningMarts(warehouse, clock, mart("m", SLOW, NINE))) {
      warehouse.awaitRows(RUNS, "manual,done,1");
    }
  }

  @Test
  void whatADeadProcessLeftIsRecordedAsFailedAndTriedAgain() {
    warehouse.shows(1, "2026-11-24T23:00:00Z");
    warehouse.execute(
        "INSERT INTO headrace.mart_refresh (mart, trigger, due, state)"
            + " VALUES ('m', 'manual', '2026-11-24T06:00:00Z', 'refreshing')");
    try (RunningMarts marts =
        new RunningMarts(warehouse, clock, mart("m", "SELECT id FROM f_t", NINE))) {
      warehouse.awaitRows("SELECT mart FROM headrace.mart", "m");
      warehouse.awaitRows(RUNS, "manual,failed,1", "manual,waiting,2");
      clock.set("2026-11-24T07:01:00Z");
      warehouse.awaitRows(RUNS, "manual,failed,1", "manual,done,2");
    }
    await().until(() -> !MartRuns.kept(warehouse.address()));
  }
}
