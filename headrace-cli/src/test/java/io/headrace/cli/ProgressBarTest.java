package io.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
  private final StringWriter out = new StringWriter();
  private long now;
  private final ProgressBar bar = new ProgressBar(new PrintWriter(out), () -> now);

  @Test
  void oneLineIsWrittenOverTenTimesASecond() {
    bar.progress("comparing t", 500, 1000);
    bar.progress("comparing t", 600, 1000);
    now += Duration.ofMillis(100).toNanos();
    bar.progress("comparing t", 2000, 1000);

    assertThat(out.toString().split("\r\u001b\\[K"))
        .containsExactly(
            "",
            "[###############               ] 50 %  500 comparing t",
            "[##############################] 100 %  2,000 comparing t");
  }

  @Test
  void aSentenceTakesItsPlace() {
    bar.progress("comparing t", 500, -1);
    bar.says("Done.");
    bar.clear();

    assertThat(out.toString().lines())
        .containsExactly("", "\u001b[K500 comparing t", "\u001b[KDone.");
  }
}
