package io.headrace.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.wire.CutMessage;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CutsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T09:00:00Z");

  private final Cuts cuts = new Cuts();

  @Test
  void itIsTheLastTransactionThatTheSnapshotSees() {
    begin();
    own(101, 5);
    own(103, 6);
    own(102, 7);
    own(105, 8);
    assertThat(end("102:105:104")).isEqualTo(7);
  }

  @Test
  void itIsTheFirstMessageWhenTheSnapshotSeesNothingAfterIt() {
    begin();
    own(101, 5);
    assertThat(end("102:102:")).isEqualTo(5);
  }

  @Test
  void aSnapshotThatSeesALaterCommitAndNotAnEarlierOneHasNone() {
    begin();
    own(101, 5);
    own(102, 6);
    own(103, 7);
    assertThat(end("102:104:102")).isZero();
  }

  @Test
  void aCommitBeforeTheFirstMessageThatIsNotSeenHasNone() {
    cuts.passed(100);
    begin();
    own(101, 5);
    assertThat(end("100:102:100")).isZero();
  }

  @Test
  void numbersWrapAround() {
    cuts.passed(0xFFFF_FFFEL);
    begin();
    own(0xFFFF_FFFFL, 5);
    own(3, 6);
    own(4, 7);
    assertThat(end("12884901891:12884901892:")).isEqualTo(6);
  }

  @Test
  void whatCannotBeReadHasNone() {
    begin();
    own(101, 5);
    assertThat(end("soon")).isZero();
  }

  @Test
  void anEndWithoutItsBeginningHasNone() {
    assertThat(end("102:102:")).isZero();
  }

  @Test
  void itIsOpenFromTheFirstMessageToTheEndOfTheSecondsTransaction() {
    assertThat(cuts.open()).isFalse();
    begin();
    assertThat(cuts.open()).isTrue();
    own(101, 5);
    var unused = end("102:102:");
    assertThat(cuts.open()).isTrue();
    own(102, 6);
    assertThat(cuts.open()).isFalse();
    assertThat(cuts.answer()).isNull();
  }

  @Test
  void itEndsWhenTheSecondMessageDoesNotCome() {
    begin();
    cuts.committed(101, NOW, 5);
    cuts.committed(102, NOW.plusSeconds(11), 6);
    assertThat(cuts.open()).isFalse();
  }

  private void begin() {
    cuts.hear(new CutMessage.Begin("a"));
  }

  private void own(long transaction, long epoch) {
    cuts.committed(transaction, NOW, epoch);
  }

  private long end(String snapshot) {
    cuts.hear(new CutMessage.End("a", snapshot));
    return cuts.answer().epoch();
  }
}
