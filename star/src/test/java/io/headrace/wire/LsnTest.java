package io.headrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LsnTest {

  @ParameterizedTest
  @ValueSource(strings = {"0/0", "16/B374D848", "FFFFFFFF/FFFFFFFF", "0/16B3748"})
  void isReadAndWrittenAsPostgresDoes(String text) {
    assertThat(Lsn.parse(text)).hasToString(text);
  }

  @Test
  void isOrderedWithoutASign() {
    assertThat(Lsn.parse("FFFFFFFF/0")).isGreaterThan(Lsn.parse("7FFFFFFF/FFFFFFFF"));
    assertThat(Lsn.parse("1/0").value()).isEqualTo(1L << 32);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/", "1", "1/", "/1", "g/1", "1/2/3", "100000000/0", "0/100000000", "-1/0"})
  void refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> Lsn.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an LSN must be two hexadecimal numbers like 16/B374D848 but was " + text);
  }
}
