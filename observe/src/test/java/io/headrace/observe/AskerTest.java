package io.headrace.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AskerTest {
  private static final Duration PATIENCE = Duration.ofMillis(50);

  @Test
  void asksOnceAndNoMoreWhileNobodyAnswers() {
    CountDownLatch answered = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    try (Asker<Integer> asker =
        new Asker<>(
            "test",
            "nothing",
            () -> {
              asked.incrementAndGet();
              answered.await();
              return 7;
            })) {
      for (int i = 0; i < 3; i++) {
        asker.ask();
        Answer<Integer> answer = asker.answer(System.nanoTime() + PATIENCE.toNanos());
        assertThat(answer.reached()).isFalse();
        assertThat(answer.trouble()).isEqualTo("has not answered for 0 s");
      }
      assertThat(asked).hasValue(1);
      answered.countDown();
      await().until(() -> asker.answer(System.nanoTime() + PATIENCE.toNanos()).value() != null);
    }
  }

  @Test
  void aSocketThatTimesOutIsAServerThatDoesNotAnswer() {
    assertThat(
            Answer.of(
                    "nothing",
                    () -> {
                      throw new SQLException(
                          "An I/O error occurred", new SocketTimeoutException("Read timed out"));
                    })
                .trouble())
        .isEqualTo("does not answer");
  }

  @Test
  void aServerThatHasNothingToTellWasReached() {
    Answer<Integer> answer = Answer.of("nothing yet", () -> null);
    assertThat(answer.reached()).isTrue();
    assertThat(answer.trouble()).isEqualTo("nothing yet");
  }
}
