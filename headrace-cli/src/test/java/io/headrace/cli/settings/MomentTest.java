package io.headrace.cli.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MomentTest {
  private static final ZoneId HERE = ZoneId.of("Europe/Berlin");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-01-31T09:00:00.5Z",
        "2026-01-31T10:00:00.5+01:00",
        "2026-01-31T04:00:00.5-05",
        "2026-01-31 09:00:00.500000+00"
      })
  void aZoneThatIsNamedIsTaken(String text) {
    assertThat(Moment.parse(text, HERE))
        .isEqualTo(new Moment(Instant.parse("2026-01-31T09:00:00.5Z"), ""));
  }

  @Test
  void withoutOneItIsTheSystems() {
    assertThat(Moment.parse("2026-01-31T10:00", HERE))
        .isEqualTo(new Moment(Instant.parse("2026-01-31T09:00:00Z"), "Europe/Berlin"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday", "2026-01-31", "2026-01-31T25:00:00Z", "09:00:00Z"})
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> Moment.parse(text, HERE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a date and a time");
  }
}
