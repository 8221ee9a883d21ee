package io.headrace.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RateTest {
  private static final long SECOND = 1_000_000_000L;
  private final Rate rate = new Rate();

  @Test
  void isOfTheLastSeconds() {
    assertThat(rate.perSecond()).isNull();
    rate.take(0, 0);
    assertThat(rate.perSecond()).isNull();
    rate.take(SECOND, 500);
    assertThat(rate.perSecond()).isEqualTo(500);
    rate.take(20 * SECOND, 500);
    rate.take(21 * SECOND, 500);
    assertThat(rate.perSecond()).isZero();
  }

  @Test
  void aCounterThatBeganAnewHasNoNegativeRate() {
    rate.take(0, 1000);
    rate.take(SECOND, 10);
    assertThat(rate.perSecond()).isNull();
    rate.take(2 * SECOND, 30);
    assertThat(rate.perSecond()).isEqualTo(20);
  }
}
