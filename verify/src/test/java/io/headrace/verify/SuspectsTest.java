package io.headrace.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.verify.Suspects.Hash;
import java.util.List;
import org.junit.jupiter.api.Test;

class SuspectsTest {
  private static final RowKey KEY = RowKey.of(List.of("1"));

  private final Suspects suspects = new Suspects("t");

  @Test
  void aWarehouseThatWasOnlyBehindIsAlike() {
    suspects.differ(row("new"), row("old"));

    suspects.look(KEY, hash("new"), hash("newer"));

    assertThat(suspects.all()).isEmpty();
    assertThat(suspects.alike()).isEqualTo(1);
  }

  @Test
  void aWarehouseThatIsAheadOfTheLookBeforeIsAlike() {
    suspects.differ(row("a"), row("b"));

    suspects.look(KEY, hash("c"), hash("c"));

    assertThat(suspects.all()).isEmpty();
  }

  @Test
  void whatStandsStillAndIsNotAlikeDiffers() {
    suspects.differ(row("a"), row("b"));

    suspects.look(KEY, hash("b"), hash("a"));
    assertThat(suspects.open(Settling.STILL)).isTrue();
    suspects.look(KEY, hash("b"), hash("a"));

    assertThat(suspects.open(Settling.STILL)).isFalse();
    assertThat(kind()).isEqualTo(Kind.DIFFERENT);
  }

  @Test
  void aSourceThatKeepsChangingLeavesItUndecided() {
    suspects.differ(row("1"), row("0"));
    for (int look = 2; look < 9; look++) {
      // Between the two looks at the source it had another value, and that the warehouse shows.
      suspects.look(KEY, hash("between " + look), hash("" + look));
    }

    assertThat(kind()).isEqualTo(Kind.UNDECIDED);
  }

  @Test
  void aWarehouseThatMovesIsNotDecidedEither() {
    suspects.differ(row("a"), row("b"));
    for (int look = 0; look < 7; look++) {
      suspects.look(KEY, hash("" + look), hash("a"));
    }

    assertThat(kind()).isEqualTo(Kind.UNDECIDED);
  }

  @Test
  void noRowIsToldFromSomeRow() {
    suspects.differ(row("a"), null);
    suspects.look(KEY, Hash.of(null), hash("a"));
    suspects.look(KEY, Hash.of(null), hash("a"));

    assertThat(kind()).isEqualTo(Kind.MISSING);
  }

  private Kind kind() {
    return suspects.all().values().iterator().next().kind(Settling.STILL);
  }

  private static Hash hash(String value) {
    return Hash.of(row(value));
  }

  private static Row row(String value) {
    return new Row(KEY, KEY, true, value.getBytes(UTF_8));
  }
}
