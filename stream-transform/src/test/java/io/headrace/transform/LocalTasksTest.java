package io.headrace.transform;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.stage.StageListener;
import io.headrace.wire.EpochMark;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LocalTasksTest {

  @Test
  void tellsOfHowManyRecordsItsOwnPartitionsHad() {
    List<String> told = new ArrayList<>();
    LocalTasks tasks =
        new LocalTasks(
            new StageListener() {
              @Override
              public void says(String sentence) {}

              @Override
              public void progress(String work, long done, long total) {
                told.add(work + " " + done + " of " + total);
              }

              @Override
              public void completed(EpochMark epoch) {}
            },
            Map.of(0, 60_000L, 1, 50_000L, 2, 40_000L));
    tasks.opened(0, null);
    tasks.opened(1, null);
    tasks.read(0, 20_000);
    tasks.read(1, 40_000);
    tasks.read(0, 80_000);
    assertThat(told)
        .containsExactly(
            "joining 20000 of 110000", "joining 60000 of 110000", "joining 120000 of -1");
  }
}
