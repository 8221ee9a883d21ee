package io.headrace.capture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PackedRowsTest {

  @Test
  void messagesComeBackInOrderWithTheirPositions() {
    PackedRows rows = new PackedRows();
    rows.add(7, message("Ione"));
    rows.add(0xFFFF_FFFF_0000_0001L, message("Dtwo"));
    List<String> read = new ArrayList<>();
    PackedRows.forEach(
        rows.take(),
        (lsn, message) -> {
          byte[] text = new byte[4];
          for (int i = 0; i < text.length; i++) {
            text[i] = message.int8();
          }
          read.add(Long.toHexString(lsn) + " " + new String(text, UTF_8));
        });
    assertThat(read).containsExactly("7 Ione", "ffffffff00000001 Dtwo");
    assertThat(rows.isEmpty()).isTrue();
    assertThat(rows.take()).isEmpty();
  }

  @Test
  void aRowLargerThanAPackIsCarriedAlone() {
    PackedRows rows = new PackedRows();
    rows.add(1, message("I" + "x".repeat(1 << 20)));
    assertThat(rows.isFull()).isTrue();
    assertThat(rows.take()).hasSizeGreaterThan(1 << 20);
    rows.add(2, message("I"));
    assertThat(rows.isFull()).isFalse();
  }

  @Test
  void onlyRowsAndWhatTheyNeedArePacked() {
    assertThat("IUDTRO".chars().boxed()).allMatch(type -> PackedRows.takes(type.byteValue()));
    assertThat("BCMY".chars().boxed()).noneMatch(type -> PackedRows.takes(type.byteValue()));
  }

  private static ByteBuffer message(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }
}
