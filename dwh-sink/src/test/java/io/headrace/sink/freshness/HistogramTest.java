package io.headrace.sink.freshness;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HistogramTest {
  @Test
  void a_border_belongs_to_the_bucket_below_it() {
    assertThat(Histogram.bucket(0)).isZero();
    assertThat(Histogram.bucket(0.001)).isZero();
    assertThat(Histogram.bucket(0.001000001)).isEqualTo(1);
    for (int b = 0; b < 250; b++) {
      assertThat(Histogram.bucket(0.001 * Math.pow(2, b / 8.0))).as("border %s", b).isEqualTo(b);
    }
  }

  @Test
  void what_is_longer_than_all_borders_is_in_the_last_bucket() {
    assertThat(Histogram.bucket(1e12)).isEqualTo(255);
  }

  @Test
  void tells_the_filled_buckets_and_the_longest() {
    Histogram histogram = new Histogram();
    histogram.add(Duration.ofMillis(2));
    histogram.add(Duration.ofMillis(2));
    histogram.add(Duration.ofMillis(1));
    histogram.add(Duration.ofMillis(-5));
    assertThat(histogram.buckets()).containsExactly((short) 0, (short) 8);
    assertThat(histogram.counts()).containsExactly(2L, 2L);
    assertThat(histogram.count()).isEqualTo(4);
    assertThat(histogram.max()).isEqualTo(0.002);
  }
}
