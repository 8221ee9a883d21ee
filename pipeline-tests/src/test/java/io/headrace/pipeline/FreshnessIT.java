package io.headrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * What headrace.freshness claims, held against the source, while each stage stands still in turn.
 */
class FreshnessIT {
  private static final Duration WITHIN = Duration.ofMinutes(2);

  @Test
  void never_claims_more_than_is_true_and_moves_on() throws Exception {
    Setup setup = Setup.of(Example.SCHOOL, 3);
    Map<StageKind, StageProcess> processes = new EnumMap<>(StageKind.class);
    // The writers write while the snapshot is taken.
    try (Claims claims = new Claims(setup)) {
      for (StageKind kind : StageKind.values()) {
        processes.put(kind, StageProcess.start(setup, kind));
      }
      Runnable check =
          () -> {
            claims.check();
            processes.values().forEach(StageProcess::check);
          };
      movesOn(claims, Instant.MIN, check);
      for (StageKind kind : StageKind.values()) {
        StageProcess stopped = Objects.requireNonNull(processes.get(kind));
        stopped.signal("STOP");
        holds(Duration.ofSeconds(4), check);
        Instant stood = Objects.requireNonNull(claims.claimed());
        stopped.signal("CONT");
        movesOn(claims, stood.plusSeconds(4), check);
      }
      claims.writing(false);
      holds(Duration.ofSeconds(1), check);
      Instant idle = Objects.requireNonNull(claims.claimed());
      movesOn(claims, idle.plusSeconds(3), check);
      assertThat(claims.checked()).isGreaterThan(100);
      check.run();
      keepsHistory(setup);
    } finally {
      processes.values().forEach(StageProcess::close);
    }
  }

  private static void movesOn(Claims claims, Instant beyond, Runnable check) {
    await("a claim beyond " + beyond)
        .atMost(WITHIN)
        .until(
            () -> {
              check.run();
              Instant claimed = claims.claimed();
              return claimed != null && claimed.isAfter(beyond);
            });
  }

  private static void holds(Duration time, Runnable check) {
    long end = System.nanoTime() + time.toNanos();
    await()
        .atMost(time.plusSeconds(30))
        .pollInterval(50, TimeUnit.MILLISECONDS)
        .until(
            () -> {
              check.run();
              return System.nanoTime() > end;
            });
  }

  /** Each sample was true when it was taken; every hop has been measured. */
  private static void keepsHistory(Setup setup) throws SQLException {
    try (Connection warehouse = setup.warehouse().connect("test");
        Statement statement = warehouse.createStatement()) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> number(statement, "SELECT count(*) FROM headrace.freshness_history") > 2);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  number(
                          statement,
                          "SELECT count(DISTINCT hop) FROM headrace.history(now() - interval '1 hour', '10 s')")
                      == 4);
      assertThat(
              number(
                  statement,
                  """
                  SELECT count(*) FROM headrace.history(now() - interval '1 hour', '1 hour')
                  WHERE p50 <= p95 AND p95 <= p99 AND p99 <= max AND epochs > 0"""))
          .isGreaterThanOrEqualTo(4);
      assertThat(
              number(
                  statement,
                  "SELECT count(*) FROM headrace.known_at(clock_timestamp()) WHERE complete_to < sampled_at"))
          .isEqualTo(1);
      assertThat(
              number(
                  statement,
                  "SELECT count(*) FROM headrace.freshness WHERE kind = 'table' AND last_change <= complete_to"))
          .isGreaterThanOrEqualTo(1);
    }
  }

  private static long number(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
