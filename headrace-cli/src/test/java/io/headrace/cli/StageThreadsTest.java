package io.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class StageThreadsTest {
  private final List<String> ended = new CopyOnWriteArrayList<>();

  @Test
  void closesInTheReverseOrderOfTheStart() {
    try (StageThreads threads = new StageThreads()) {
      start(threads, "sink");
      start(threads, "capture");
      threads.check();
    }
    assertThat(ended).containsExactly("capture", "sink");
  }

  @Test
  void tellsWhatMadeAPieceFail() {
    try (StageThreads threads = new StageThreads()) {
      start(threads, "sink");
      threads.start(
          "capture",
          () -> {
            throw new IllegalStateException("no slot");
          },
          () -> {});
      await()
          .untilAsserted(
              () ->
                  assertThatThrownBy(threads::check)
                      .isInstanceOf(IllegalStateException.class)
                      .hasMessage("no slot"));
    }
    assertThat(ended).containsExactly("sink");
  }

  @Test
  void doesNotTakeAnEndForSuccess() {
    try (StageThreads threads = new StageThreads()) {
      threads.start("capture", () -> {}, () -> {});
      await()
          .untilAsserted(
              () -> assertThatThrownBy(threads::check).isInstanceOf(CommandException.class));
    }
  }

  private void start(StageThreads threads, String name) {
    CountDownLatch closed = new CountDownLatch(1);
    threads.start(
        name,
        () -> {
          try {
            closed.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          ended.add(name);
        },
        closed::countDown);
  }
}
