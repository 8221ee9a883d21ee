package io.headrace.capture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JsonBufferTest {

  private final JsonBuffer json = new JsonBuffer();

  @Test
  void anyTextReadsBackAsItself() {
    StringBuilder text = new StringBuilder();
    for (char c = 1; c < 0x3000; c++) {
      text.append(c);
    }
    text.append("😀");
    json.string(text.toString());
    assertThat(Captured.parse(json.copy()).textValue()).isEqualTo(text.toString());
  }

  @Test
  void growsAndIsReused() {
    json.string("x".repeat(3_000_000));
    assertThat(json.length()).isEqualTo(3_000_002);
    json.clear();
    json.number(Long.MIN_VALUE);
    assertThat(new String(json.copy(), UTF_8)).isEqualTo("-9223372036854775808");
  }
}
