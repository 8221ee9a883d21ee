package io.headrace.capture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TupleTest {

  private static final String LEFT_OUT = new String("left out");

  @Test
  void aLeftOutValueIsTakenFromTheOldRowWhichMayHaveIt() {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    write(both, "1", "long", null);
    write(both, "2", LEFT_OUT, LEFT_OUT);
    PgOutput message = new PgOutput(both.toByteArray());
    Tuple old = new Tuple();
    old.read(message);
    Tuple row = new Tuple();
    row.read(message);
    row.complete(old);
    assertThat(text(row, 0)).isEqualTo("2");
    assertThat(text(row, 1)).isEqualTo("long");
    assertThat(row.isLeftOut(2)).isTrue();
  }

  @Test
  void valuesAreTheSameByTheirTexts() {
    Tuple row = tuple("1", "", null);
    Tuple other = tuple("1", "x", null);
    assertThat(row.same(0, other)).isTrue();
    assertThat(row.same(1, other)).isFalse();
    assertThat(row.same(2, other)).isFalse();
    assertThat(row.isNull(2)).isTrue();
  }

  @Test
  void aTupleIsUsedAgainForAnotherTable() {
    Tuple row = tuple("1", "2", "3");
    row.read(message("4"));
    assertThat(row.columns()).isEqualTo(1);
    row.read(message("5", "6", "7", "8"));
    assertThat(text(row, 3)).isEqualTo("8");
  }

  @Test
  void anUnknownKindOfValueIsRefused() {
    assertThatThrownBy(() -> new Tuple().read(new PgOutput(new byte[] {0, 1, 'b', 0, 0, 0, 0})))
        .hasMessage("a value in pgoutput must be null, unchanged or text but was 'b'");
  }

  private static Tuple tuple(@Nullable String... values) {
    Tuple tuple = new Tuple();
    tuple.read(message(values));
    return tuple;
  }

  private static PgOutput message(@Nullable String... values) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(out, values);
    return new PgOutput(out.toByteArray());
  }

  private static void write(ByteArrayOutputStream out, @Nullable String... values) {
    out.write(0);
    out.write(values.length);
    for (String value : values) {
      if (value == null) {
        out.write('n');
      } else if (value == LEFT_OUT) {
        out.write('u');
      } else {
        out.write('t');
        out.writeBytes(new byte[] {0, 0, 0, (byte) value.length()});
        out.writeBytes(value.getBytes(UTF_8));
      }
    }
  }

  private static String text(Tuple row, int column) {
    return new String(row.bytes(), row.from(column), row.to(column) - row.from(column), UTF_8);
  }
}
