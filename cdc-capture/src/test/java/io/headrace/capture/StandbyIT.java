package io.headrace.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.star.Star;
import io.headrace.testing.TestServers;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class StandbyIT {

  private final String prefix = TestServers.uniqueName("standby");
  private final Source source =
      new Source("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
  private final Star star = source.star("t");

  @Test
  void aSecondCaptureWaitsAndTakesOver() {
    try (CaptureRun second = second()) {
      source.run("INSERT INTO t VALUES (3)");
      second.awaitCaught(source);
      assertThat(second.said()).anyMatch(sentence -> sentence.contains("takes over"));
    }
    assertThat(Captured.read(prefix, "t").changes("t")).hasSize(3);
    assertThat(Captured.read(prefix, "t").rows("t")).isEqualTo(source.rows("t"));
  }

  private CaptureRun second() {
    try (CaptureRun first = CaptureRun.start(source, prefix, star)) {
      first.awaitCaught(source);
      CaptureRun second = CaptureRun.start(source, prefix, star);
      second.awaitSaid("stands by");
      source.run("INSERT INTO t VALUES (2)");
      first.awaitCaught(source);
      assertThat(second.epochs()).isEmpty();
      return second;
    }
  }

  @Test
  void aLostConnectionStartsAgainFromWhatKafkaHas() {
    try (CaptureRun run = CaptureRun.start(source, prefix, star)) {
      run.awaitCaught(source);
      // First the connection that holds the lock, then whatever streams.
      for (int id = 10; id < 13; id++) {
        source.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <>"
                + " pg_backend_pid() AND application_name LIKE 'headrace capture%' AND backend_type "
                + (id % 2 == 0 ? "<>" : "=")
                + " 'walsender'",
            "INSERT INTO t VALUES (" + id + ")");
        run.awaitCaught(source);
      }
      assertThat(run.said())
          .anyMatch(sentence -> sentence.contains("was interrupted and starts again"));
    }
    assertThat(Captured.read(prefix, "t").changes("t")).hasSize(4);
  }

  @Test
  void closeEndsWithinSecondsWhateverItIsDoing() {
    CaptureRun streaming = CaptureRun.start(source, prefix, star);
    streaming.awaitCaught(source);
    CaptureRun waiting = CaptureRun.start(source, prefix, star);
    waiting.awaitSaid("stands by");
    Instant begun = Instant.now();
    waiting.close();
    streaming.close();
    assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(10));
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                source
                    .value(
                        "SELECT active FROM pg_replication_slots WHERE slot_name = 'headrace_"
                            + prefix
                            + "'")
                    .equals("f"));
  }

  @Test
  void closeEndsTheWaitForTheSnapshotsBeginning() throws Exception {
    try (java.sql.Connection open = source.database().connect("test");
        java.sql.Statement statement = open.createStatement()) {
      open.setAutoCommit(false);
      statement.execute("INSERT INTO t VALUES (99)");
      CaptureRun run = CaptureRun.start(source, prefix, star);
      run.awaitSaid("once the transactions that are open");
      Awaitility.await()
          .until(
              () ->
                  !source
                      .value(
                          "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'CREATE_REPLICATION_SLOT%headrace_"
                              + prefix
                              + "%' AND state = 'active'")
                      .equals("0"));
      Instant begun = Instant.now();
      run.close();
      assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(10));
      open.rollback();
    }
  }
}
