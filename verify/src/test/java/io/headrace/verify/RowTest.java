package io.headrace.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowTest {
  /** Two key columns, the second and the first of three columns. */
  private static final Row.Layout LAYOUT = new Row.Layout(2, 3, List.of(1, 0));

  @Test
  void aLineIsPlaceAndKeyAndImage() {
    Row row = LAYOUT.read("ä\\t\t7\tt\t7\tä\\t\t\\N\n".getBytes(UTF_8));

    assertThat(row.place().values()).containsExactly("ä\t", "7");
    assertThat(row.key().values()).containsExactly("ä\t", "7");
    assertThat(row.key()).isEqualTo(RowKey.of(List.of("ä\t", "7")));
    assertThat(row.inside()).isTrue();
    assertThat(row.values()).isEqualTo(Arrays.asList("7", "ä\t", null));
  }

  @Test
  void anEmptyKeyIsAKey() {
    Row row = LAYOUT.read("\t\tf\t\t\tx\n".getBytes(UTF_8));

    assertThat(row.key().values()).containsExactly("", "");
    assertThat(row.inside()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"\\N,", "1.0,1.00", "a,'a '", "10:00:00,10:00:00.000001", "0,-0", "\\N,\\\\N"})
  void whatPrintsDifferentlyIsDifferent(String one, String other) {
    assertThat(row(one)).matches(row -> row.sameAs(row(one)));
    assertThat(row(one)).matches(row -> !row.sameAs(row(other == null ? "" : other)));
  }

  private static Row row(String value) {
    return LAYOUT.read(("k\t1\tt\t1\tk\t" + value + "\n").getBytes(UTF_8));
  }

  @Test
  void aPageOfLongRowsEndsWhereMemoryDoes() {
    Page page = new Page(100);
    for (int i = 0; i < 100; i++) {
      RowKey key = RowKey.of(List.of("" + i));
      page.add(new Row(key, key, true, new byte[i == 50 ? 10 : 1 << 20]));
    }

    assertThat(page.rows()).hasSize(8);
    assertThat(page.next()).isEqualTo(RowKey.of(List.of("7")));
    assertThat(page.nextSize(100)).isEqualTo(4);
  }

  @Test
  void aRowLargerThanMemoryIsAPageOfItsOwn() {
    Page page = new Page(2);
    RowKey key = RowKey.of(List.of("1"));
    page.add(new Row(key, key, true, new byte[(int) Page.MEMORY + 1]));

    assertThat(page.rows()).hasSize(1);
    assertThat(page.next()).isNull();
  }
}
