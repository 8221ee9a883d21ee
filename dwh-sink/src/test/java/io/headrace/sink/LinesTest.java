package io.headrace.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.wire.CopyText;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinesTest {

  @Test
  void areArrivalGoneAndTheRowAsItCame() {
    Lines lines = new Lines();
    lines.live(41, "1\tx\\ty".getBytes(UTF_8));
    byte[] key = "7\tk".getBytes(UTF_8);
    lines.gone(42, key, CopyText.starts(key, 2), List.of(1, -1, 0));
    assertThat(new String(lines.bytes(), 0, lines.length(), UTF_8))
        .isEqualTo("41\tf\t1\tx\\ty\n42\tt\tk\t\\N\t7\n");
    assertThat(lines.rows()).isEqualTo(2);
    assertThat(lines.gone()).isEqualTo(1);
  }

  @Test
  void growAsNeededAndAreReadLineByLine() {
    Lines lines = new Lines();
    for (int i = 0; i < 1000; i++) {
      lines.live(i, (i + "\t" + "w".repeat(i)).getBytes(UTF_8));
    }
    List<Lines.Line> each = new ArrayList<>();
    lines.forEach(each::add);
    assertThat(each).hasSize(1000);
    assertThat(CopyText.values(each.get(0).inputs())).containsExactly("0", "");
    assertThat(CopyText.values(each.get(999).inputs())).containsExactly("999", "w".repeat(999));
    assertThat(each.get(999).arrival()).isEqualTo(999);
  }

  @Test
  void areTheSameWhenTheirLinesArePutTogetherAgain() {
    Lines lines = new Lines();
    lines.live(41, "1\tx\\ty".getBytes(UTF_8));
    byte[] key = "7\tk".getBytes(UTF_8);
    lines.gone(42, key, CopyText.starts(key, 2), List.of(1, -1, 0));
    Lines again = new Lines();
    lines.forEach(again::add);
    assertThat(new String(again.bytes(), 0, again.length(), UTF_8))
        .isEqualTo(new String(lines.bytes(), 0, lines.length(), UTF_8));
    assertThat(again.gone()).isEqualTo(1);
    assertThat(again.rows()).isEqualTo(2);
  }
}
