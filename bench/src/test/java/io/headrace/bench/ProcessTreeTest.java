package io.headrace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ProcessTreeTest {

  private final ProcessTree self = new ProcessTree(ProcessHandle.current());

  @Test
  void whatIsUsedIsCounted() {
    Duration before = self.processorTime();

    await().until(() -> self.processorTime().compareTo(before.plusMillis(50)) > 0);
  }

  @Test
  void memoryIsAtLeastTheHeapInUse() {
    Runtime runtime = Runtime.getRuntime();

    self.memory()
        .ifPresent(
            bytes ->
                assertThat(bytes)
                    .isGreaterThan((runtime.totalMemory() - runtime.freeMemory()) / 2));
  }
}
