package io.headrace.transform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class LocalTasksTest {

  @Test
  void tellsOfHowManyRecordsItsOwnPartitionsHad() {
    ToldProgress listener = new ToldProgress();
    LocalTasks tasks = new LocalTasks(listener, Map.of(0, 60_000L, 1, 50_000L, 2, 40_000L));
    tasks.opened(0, null);
    tasks.opened(1, null);
    tasks.read(0, 20_000);
    tasks.read(1, 40_000);
    tasks.read(0, 80_000);
    assertThat(listener.told())
        .containsExactly(
            "joining 20000 of 110000", "joining 60000 of 110000", "joining 120000 of -1");
  }
}
