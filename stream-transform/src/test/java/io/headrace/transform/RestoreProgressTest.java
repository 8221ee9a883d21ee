package io.headrace.transform;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RestoreProgressTest {

  private static final TopicPartition ROWS = new TopicPartition("rows-changelog", 0);
  private static final TopicPartition HELD = new TopicPartition("held-changelog", 0);

  private final ToldProgress listener = new ToldProgress();
  private long nanos;
  private final RestoreProgress progress = new RestoreProgress(listener, () -> nanos);

  private void after(int seconds) {
    nanos += Duration.ofSeconds(seconds).toNanos();
  }

  @Test
  void what_is_quick_is_not_worth_a_word() {
    progress.onRestoreStart(ROWS, "rows", 0, 100);
    after(2);
    progress.onBatchRestored(ROWS, "rows", 99, 100);
    progress.onRestoreEnd(ROWS, "rows", 100);
    after(100);
    progress.onRestoreStart(ROWS, "rows", 50, 100);
    after(1);
    progress.onBatchRestored(ROWS, "rows", 99, 50);
    assertThat(listener.told()).isEmpty();
  }

  @Test
  void all_stores_count_together() {
    progress.onRestoreStart(ROWS, "rows", 10, 100);
    progress.onRestoreStart(HELD, "held", 0, 60);
    after(4);
    progress.onBatchRestored(ROWS, "rows", 29, 20);
    progress.onBatchRestored(HELD, "held", 59, 60);
    progress.onRestoreEnd(HELD, "held", 60);
    after(1);
    progress.onBatchRestored(ROWS, "rows", 99, 70);
    assertThat(listener.told())
        .containsExactly(
            "reading the state of the join from Kafka 20 of 150",
            "reading the state of the join from Kafka 80 of 150",
            "reading the state of the join from Kafka 150 of 150");
  }
}
