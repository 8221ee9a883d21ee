package io.headrace.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EpochPaceTest {
  private static final Instant NOW = Instant.parse("2026-03-29T01:00:00Z");

  private final EpochPace pace = new EpochPace(Clock.fixed(NOW, ZoneOffset.UTC));

  @ParameterizedTest
  @CsvSource({"-5000,0", "0,0", "249,0", "250,62", "1000,250", "2000,500", "86400000,500"})
  void collectsAShareOfWhatItIsBehind(long behindMillis, long collecting) {
    assertThat(pace.collecting(NOW.minusMillis(behindMillis)).toMillis()).isEqualTo(collecting);
    assertThat(EpochPace.LONGEST).isEqualTo(Duration.ofMillis(500));
  }
}
