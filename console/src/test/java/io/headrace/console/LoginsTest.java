package io.headrace.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LoginsTest {
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);

  @Test
  void aLoginEndsAfterHalfADay() {
    Logins logins = new Logins("the token of the house", now::get);
    String login = logins.begin();
    now.set(Instant.EPOCH.plus(Logins.LASTS).minusMillis(1));
    assertThat(logins.knows(login)).isTrue();
    now.set(Instant.EPOCH.plus(Logins.LASTS));
    assertThat(logins.knows(login)).isFalse();
  }

  @Test
  void whatWasNeverGivenIsNotKnown() {
    Logins logins = new Logins("the token of the house", now::get);
    assertThat(logins.knows(null)).isFalse();
    assertThat(logins.knows("")).isFalse();
    assertThat(logins.isToken("the token of the hous")).isFalse();
    assertThat(logins.begin()).isNotEqualTo(logins.begin());
  }
}
