package io.headrace.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobsTest {
  @Test
  void whatDoesNotEndWithTheConsoleIsKilled() {
    Jobs jobs =
        new Jobs(
            arguments ->
                new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    Stubborn.class.getName()),
            () -> {},
            Duration.ofMillis(300));
    Job job = jobs.start(List.of("verify"));
    await().atMost(Duration.ofSeconds(30)).until(() -> !job.lines().isEmpty());
    jobs.close();
    await().atMost(Duration.ofSeconds(10)).until(() -> !job.running());
    assertThat(job.view().state()).isEqualTo("stopped");
  }

  /** Does not heed that it is asked to end. */
  static final class Stubborn {
    public static void main(String[] arguments) throws InterruptedException {
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    try {
                      Thread.sleep(60_000);
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  }));
      System.out.println("begins");
      Thread.sleep(60_000);
    }
  }
}
