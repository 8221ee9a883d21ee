package io.headrace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class PercentilesTest {

  @Test
  void aPercentileIsTheSmallestValueThatSoManyDoNotExceed() {
    Percentiles percentiles =
        new Percentiles(LongStream.rangeClosed(1, 200).map(i -> 201 - i).toArray());

    assertThat(percentiles.at(50)).isEqualTo(Duration.ofNanos(100));
    assertThat(percentiles.at(99)).isEqualTo(Duration.ofNanos(198));
    assertThat(percentiles.at(100)).isEqualTo(Duration.ofNanos(200));
    assertThat(percentiles.at(0.1)).isEqualTo(Duration.ofNanos(1));
  }

  @Test
  void nothingHasNoPercentiles() {
    assertThatThrownBy(() -> new Percentiles(new long[0]))
        .hasMessage("there must be at least one duration");
  }
}
