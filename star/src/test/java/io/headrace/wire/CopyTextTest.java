package io.headrace.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class CopyTextTest {

  private static final List<String> ROW =
      Arrays.asList("a\tb", null, "", "\\N", "\\.", "line\nfeed\r", "é𝄞", "\b\f\u000B", "\\\\t");

  @Test
  void writesPostgresEscapesAndReadsThemBack() {
    assertThat(new String(CopyText.row(ROW), UTF_8))
        .isEqualTo("a\\tb\t\\N\t\t\\\\N\t\\\\.\tline\\nfeed\\r\té𝄞\t\b\f\u000B\t\\\\\\\\t");
    assertThat(CopyText.values(CopyText.row(ROW))).isEqualTo(ROW);
  }

  @Test
  void tellsWhereTheFieldsStand() {
    byte[] row = CopyText.row(Arrays.asList("ab", null, ""));
    assertThat(CopyText.starts(row, 3)).containsExactly(0, 3, 6, 7);
    assertThat(CopyText.isNull(row, 3, 5)).isTrue();
    assertThat(CopyText.isNull(row, 0, 2)).isFalse();
    assertThat(CopyText.isNull(row, 6, 6)).isFalse();
  }

  @Test
  void refusesARowOfAnotherWidth() {
    byte[] row = CopyText.row(List.of("a", "b"));
    assertThatThrownBy(() -> CopyText.starts(row, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a row must have 3 fields but had 2");
    assertThatThrownBy(() -> CopyText.starts(row, 1))
        .hasMessage("a row must have 1 fields but had 2");
  }

  @Test
  void aRowOfOneFieldHasOneField() {
    assertThat(CopyText.values(CopyText.row(List.of("")))).containsExactly("");
    assertThat(CopyText.values(CopyText.row(Collections.singletonList(null))))
        .containsExactly((String) null);
    assertThat(CopyText.starts(CopyText.row(List.of("")), 1)).containsExactly(0, 1);
  }
}
