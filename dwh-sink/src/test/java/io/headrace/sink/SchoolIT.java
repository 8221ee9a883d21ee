package io.headrace.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headrace.sink.mart.MartFiles;
import io.headrace.sink.mart.MartStage;
import io.headrace.star.StarFiles;
import io.headrace.testing.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The shipped star, from its migrations to its mart. */
class SchoolIT {
  private static final Path SQL = Path.of("../sql");

  @Test
  void fillsTheStarAndThenTheMart() throws IOException {
    StarFixture school = school();
    WarehouseSchema.migrate(school.warehouseAddress(), SQL.resolve("warehouse"));
    school.redefine(selects());
    try (FactFeed feed = new FactFeed(school, 3).create();
        RunningSink sink = new RunningSink(school);
        MartStage marts =
            new MartStage(
                school.warehouseAddress(), MartFiles.read(SQL), Clock.systemUTC(), sink)) {
      new Thread(marts::run, "marts").start();
      feed.epoch(1, () -> feed.allFrom(school));
      sink.awaitEpoch(1);
      for (Map.Entry<String, String> select : selects().entrySet()) {
        assertThat(school.rows("SELECT * FROM " + select.getKey() + " ORDER BY 1"))
            .as(select.getKey())
            .isNotEmpty()
            .isEqualTo(
                StarFixture.rows(
                    school.source, select.getValue().strip().replaceAll(";$", "") + " ORDER BY 1"));
      }
      assertThat(
              school.rows(
                  "SELECT epoch, lsn, committed AT TIME ZONE 'UTC', generation FROM headrace.position"))
          .containsExactly("1,0/10,2026-01-01 00:00:01.123456," + school.star.generation());
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () ->
                  FirstLoad.state(school.warehouseAddress(), school.star)
                      == FirstLoad.State.MARTS_FILLED);
      assertThat(school.rows("SELECT count(*) FROM lesson_stream_dm")).containsExactly("12");
      assertThat(school.rows("SELECT mart, trigger, state, rows FROM headrace.mart_refresh"))
          .containsExactly("lesson_stream_dm,first load,done,12");
      assertThat(
              school.rows(
                  "SELECT state, outcome, finished > started, detail ~ '^\\d+ records$' FROM headrace.run WHERE kind = 'first load'"))
          .containsExactly("done,good,t,t");
      assertThat(
              school.rows(
                  "SELECT regexp_replace(words, '\\d+', 'N') FROM headrace.run_log WHERE kind = 'first load' ORDER BY line"))
          .containsExactly("begins", "done records=N");
    }
  }

  static StarFixture school() throws IOException {
    StringBuilder source = new StringBuilder();
    for (String file : List.of("V1__schema.sql", "V2__demo_data.sql")) {
      source.append(Files.readString(SQL.resolve("source").resolve(file)));
    }
    return new StarFixture(TestServers.newDatabase("warehouse"), source.toString(), selects());
  }

  static Map<String, String> selects() {
    Map<String, String> selects = new HashMap<>();
    StarFiles.read(SQL).forEach(file -> selects.put(file.name(), file.text()));
    return selects;
  }
}
