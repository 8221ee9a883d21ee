package io.headrace.transform;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class ClientNameTest {
  @Test
  void isReadFromTheNameThatKafkaStreamsMakesOfIt() {
    ClientName name = ClientName.of(Instant.parse("2026-01-01T09:30:59.5Z"));
    assertThat(name.toString()).startsWith("headrace-transform-2026-01-01T09-30-59Z-");
    assertThat(ClientName.parse(name + "-StreamThread-1-consumer")).contains(name);
  }

  @Test
  void anotherMembersNameIsNone() {
    assertThat(ClientName.parse("consumer-1")).isEmpty();
    assertThat(ClientName.parse("headrace-transform-T-12345678")).isEmpty();
  }
}
