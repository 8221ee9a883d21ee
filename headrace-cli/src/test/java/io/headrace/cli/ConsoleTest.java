package io.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ConsoleTest {
  private static final String WORK = "reading public.course";

  private final StringWriter text = new StringWriter();
  private final AtomicLong clock = new AtomicLong();
  private final Console console = new Console(new PrintWriter(text), clock::get);

  @Test
  void saysNothingAboutShortWork() {
    console.progress(WORK, 0, 10);
    after(Duration.ofMillis(900));
    console.progress(WORK, 10, 10);
    assertThat(text.toString()).isEmpty();
  }

  @Test
  void saysHowFarLongWorkIsEveryTwoSeconds() {
    for (int rows = 0; rows <= 5000; rows += 500) {
      console.progress(WORK, rows, 10_000);
      after(Duration.ofMillis(500));
    }
    assertThat(text.toString().lines())
        .containsExactly(
            "  reading public.course: 2,000 of about 10,000 rows (20 %)",
            "  reading public.course: 4,000 of about 10,000 rows (40 %)");
  }

  @Test
  void saysNothingWhereNothingMoves() {
    for (int i = 0; i < 20; i++) {
      console.progress(WORK, 5, -1);
      after(Duration.ofMillis(500));
    }
    assertThat(text.toString()).isEmpty();
  }

  @Test
  void workOfTheSameNameLaterIsAnotherPiece() {
    console.progress(WORK, 1, -1);
    after(Duration.ofSeconds(10));
    console.progress(WORK, 2, -1);
    assertThat(text.toString()).isEmpty();
  }

  @Test
  void anEstimateThatWasTooLowIsDropped() {
    console.progress(WORK, 0, 10);
    for (int i = 1; i <= 3; i++) {
      after(Duration.ofSeconds(1));
      console.progress(WORK, i * 1000L, 10);
    }
    assertThat(text.toString().lines()).containsExactly("  reading public.course: 2,000 rows");
  }

  private void after(Duration time) {
    clock.addAndGet(time.toNanos());
  }
}
