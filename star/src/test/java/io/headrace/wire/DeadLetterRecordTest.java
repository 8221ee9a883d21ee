package io.headrace.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.wire.DeadLetterRecord.Place;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeadLetterRecordTest {
  private static final Place PLACE = new Place("sink", "h.star-1.f_order", 2, 77);

  private static DeadLetterRecord letter(byte @Nullable [] key, byte @Nullable [] value) {
    return new DeadLetterRecord(
        PLACE,
        5L,
        "f_order",
        "g",
        "division by zero [22012]",
        "22012",
        Instant.parse("2026-01-01T00:00:00Z"),
        key,
        value,
        null);
  }

  @Test
  void isReadAsItWasWritten() {
    DeadLetterRecord letter = letter("7".getBytes(UTF_8), "7\tx".getBytes(UTF_8));
    DeadLetterRecord read =
        DeadLetterRecord.parse(PLACE.recordKey(), letter.recordValue(), letter.headers());
    assertThat(read).usingRecursiveComparison().isEqualTo(letter);
    assertThat(new String(PLACE.recordKey(), UTF_8)).isEqualTo("sink|h.star-1.f_order|2|77");
    assertThat(letter.headers()).containsKeys("headrace.errors.topic", "headrace.errors.offset");
  }

  @Test
  void aValueThatWasNoneIsNotTheEndOfTheLetter() {
    DeadLetterRecord letter = letter(null, null);
    assertThat(letter.recordValue()).isEmpty();
    DeadLetterRecord read =
        DeadLetterRecord.parse(PLACE.recordKey(), letter.recordValue(), letter.headers());
    assertThat(read.value()).isNull();
    assertThat(read.key()).isNull();
  }

  @Test
  void whatIsNoneIsToldSo() {
    assertThatThrownBy(() -> Place.parse("x".getBytes(UTF_8)))
        .hasMessage("no place of a dead letter: x");
    assertThatThrownBy(() -> Place.parse(null)).isInstanceOf(IllegalArgumentException.class);
    Map<String, byte[]> headers = new HashMap<>(letter(null, null).headers());
    headers.remove("headrace.errors.cause");
    assertThatThrownBy(() -> DeadLetterRecord.parse(PLACE.recordKey(), new byte[0], headers))
        .hasMessage("a dead letter must have the header headrace.errors.cause");
  }
}
