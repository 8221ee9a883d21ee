package io.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpIT {
  @TempDir Path data;

  private final RunningUp.Ports ports = RunningUp.Ports.free();

  @Test
  void fillsTheWarehouseFollowsTheSourceAndGoesOnAfterARestart() throws Exception {
    try (RunningUp up = new RunningUp(data, ports)) {
      up.awaitReady();
      assertThat(up.out.toString())
          .contains(
              "psql \"postgresql://postgres:postgres@127.0.0.1:"
                  + ports.warehouse()
                  + "/postgres\"")
          .contains("The console is at http://127.0.0.1:" + ports.console() + ".");
      assertThat(up.warehouse("SELECT count(*) FROM lesson_stream_dm")).isEqualTo("12");
      up.source("DELETE FROM stream_module_lesson WHERE id = 12");
      assertThat(up.command("refresh", "lesson_stream_dm", "--wait"))
          .contains("The mart lesson_stream_dm has been refreshed: 11 rows, 1 changed");
      assertThat(up.command("runs"))
          .containsSubsequence(
              "next      refresh     lesson_stream_dm (0 9 * * * ",
              "good      refresh     lesson_stream_dm, manual: done after ",
              "11 rows, 1 changed",
              "lesson_stream_dm, first load: done after ",
              "12 rows");
      up.source(
          "INSERT INTO stream_module_lesson (id, stream_module_id, title) VALUES (12, 5, 'again')");
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> up.warehouse("SELECT count(*) FROM f_lesson").equals("12"));
      replayTakesDamageAway(up, "--verify");
      replayTakesDamageAway(up, "--table=f_lesson");
      assertThat(up.command("pause", "--reason=a look around")).contains("paused", "a look around");
      up.source("UPDATE stream SET course_id = 4 WHERE id = 1");
      assertThat(up.command("resume")).contains("The sink goes on");
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> !up.warehouse("SELECT count(*) FROM f_lesson WHERE course_id = 4").equals("0"));
    }
    try (RunningUp again = new RunningUp(data, ports)) {
      again.awaitReady();
      again.source("DELETE FROM stream_module_lesson WHERE id = 1");
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> again.warehouse("SELECT count(*) FROM f_lesson").equals("11"));
    }
  }

  private static void replayTakesDamageAway(RunningUp up, String option) throws SQLException {
    up.inWarehouse("UPDATE f_lesson SET title = 'damaged' WHERE id = 3");
    up.inWarehouse("DELETE FROM f_lesson WHERE id = 4");
    assertThat(up.command("replay", option))
        .contains("f_lesson: 12 rows; of the live star's 1 are missing, 0 too many, 1 different");
    assertThat(up.warehouse("SELECT count(*) FROM f_lesson WHERE title <> 'damaged'"))
        .isEqualTo("12");
  }
}
