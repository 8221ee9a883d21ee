package io.headrace.sink.freshness;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.wire.EpochMark.Passage;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HopTimesTest {
  private static final Instant FIRST = Instant.parse("2026-01-01T09:00:00Z");

  @Test
  void the_parts_are_the_ways_between_the_stages() {
    assertThat(times(20, 50, 90))
        .isEqualTo(
            new HopTimes(Duration.ofMillis(20), Duration.ofMillis(30), Duration.ofMillis(40)));
  }

  @Test
  void a_transform_whose_clock_is_ahead_has_taken_all_the_time_but_no_more() {
    assertThat(times(20, 5_000, 90))
        .isEqualTo(new HopTimes(Duration.ofMillis(20), Duration.ofMillis(70), Duration.ZERO));
  }

  @Test
  void a_transform_whose_clock_is_behind_has_taken_no_time() {
    assertThat(times(20, -5_000, 90))
        .isEqualTo(new HopTimes(Duration.ofMillis(20), Duration.ZERO, Duration.ofMillis(70)));
  }

  @Test
  void the_parts_add_up() {
    assertThat(times(20, 50, 90).total()).isEqualTo(Duration.ofMillis(90));
  }

  private static HopTimes times(long captured, long transformed, long visible) {
    return HopTimes.of(
        new Passage(FIRST, FIRST.plusMillis(captured), FIRST.plusMillis(transformed)),
        FIRST.plusMillis(visible));
  }
}
