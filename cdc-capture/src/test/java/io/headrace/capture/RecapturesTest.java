package io.headrace.capture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.stage.StageListener;
import io.headrace.star.DataType.Family;
import io.headrace.star.TableName;
import io.headrace.wire.EpochMark;
import io.headrace.wire.RecaptureMessage;
import io.headrace.wire.Rereads;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecapturesTest {

  private static final TableName NAME = new TableName("s", "t");
  private static final String TOPIC = "p.s.t";
  private static final VisibleTransactions ALL = VisibleTransactions.parse("1000:1000:");

  private final List<Reading> begun = new ArrayList<>();
  private final List<String> sent = new ArrayList<>();
  private final List<String> said = new ArrayList<>();
  private final Recaptures recaptures =
      new Recaptures(
          new RereadTables(
              List.of(
                  new CapturedTable(
                      NAME,
                      TOPIC,
                      List.of(
                          new CapturedColumn("id", Family.NUMBER),
                          new CapturedColumn("a", Family.TEXT)),
                      List.of(0),
                      Set.of("id"),
                      -1)),
              "p",
              "db",
              180000),
          begun::add,
          (topic, key, value, again) ->
              sent.add(
                  new String(key, UTF_8)
                      + (value == null ? " gone" : "=" + new String(value, UTF_8))
                      + (again ? " again" : "")),
          new Sayings());

  private final class Sayings implements StageListener {
    @Override
    public void says(String sentence) {
      said.add(sentence);
    }

    @Override
    public void progress(String work, long done, long total) {}

    @Override
    public void completed(EpochMark epoch) {}
  }

  private void ask(String id, String... keys) {
    List<Map<String, String>> asked = new ArrayList<>();
    for (String key : keys) {
      asked.add(Map.of("id", key));
    }
    hear(
        RecaptureMessage.PREFIX,
        new RecaptureMessage(id, List.of(new RecaptureMessage.Rows(NAME, asked))).content());
  }

  private void hear(String prefix, String content) {
    assertThat(recaptures.hear(new SourceMessage(prefix, content))).isTrue();
  }

  private Reading reading() {
    return begun.get(begun.size() - 1);
  }

  private void low(String token) {
    reading().begins(token);
    hear(Watermark.LOW, token);
  }

  /** A row for each number; negative: there is none. */
  private void read(VisibleTransactions visible, int... rows) {
    List<RereadRow> answer = new ArrayList<>();
    for (int row : rows) {
      int id = Math.abs(row);
      answer.add(
          new RereadRow(
              TOPIC,
              key(id),
              row < 0 ? null : ("row" + id).getBytes(UTF_8),
              ("delete" + id).getBytes(UTF_8)));
    }
    reading().ends(new Reread.Rows(visible, answer));
  }

  private void high(String token) {
    hear(Watermark.HIGH, token);
  }

  private boolean changed(int id) {
    return recaptures.changed(TOPIC, key(id));
  }

  private static byte[] key(int id) {
    return ("{\"id\":" + id + "}").getBytes(UTF_8);
  }

  @Test
  void rowsAreSentAtTheHighWatermark() {
    ask("a", "1", "2");
    low("x");
    read(ALL, 1, -2);
    assertThat(sent).isEmpty();
    assertThat(recaptures.told()).isEqualTo(Rereads.NONE);
    high("x");
    assertThat(sent)
        .containsExactly("{\"id\":1}=row1 again", "{\"id\":2}=delete2 again", "{\"id\":2} gone");
    assertThat(recaptures.told()).isEqualTo(new Rereads(List.of("a"), Map.of()));
    recaptures.committed();
    assertThat(recaptures.told()).isEqualTo(Rereads.NONE);
  }

  @Test
  void aChangeBetweenTheWatermarksIsItselfSentAgain() {
    ask("a", "1", "2");
    assertThat(changed(1)).isFalse();
    low("x");
    assertThat(changed(1)).isTrue();
    assertThat(changed(7)).isFalse();
    read(ALL, 1, 2);
    high("x");
    assertThat(sent).containsExactly("{\"id\":2}=row2 again");
    assertThat(recaptures.told().recaptured()).containsExactly("a");
    assertThat(changed(1)).isFalse();
  }

  @Test
  void aTruncateBetweenTheWatermarksLeavesNoRow() {
    ask("a", "1", "2", "3");
    low("x");
    assertThat(changed(1)).isTrue();
    recaptures.truncated("p.s.other");
    recaptures.truncated(TOPIC);
    assertThat(changed(2)).isTrue();
    read(ALL, 1, 2, -3);
    high("x");
    assertThat(sent)
        .containsExactly(
            "{\"id\":1}=delete1 again",
            "{\"id\":1} gone",
            "{\"id\":3}=delete3 again",
            "{\"id\":3} gone");
  }

  @Test
  void watermarksOfAnotherTryAreNobodys() {
    ask("a", "1");
    low("x");
    read(ALL, 1);
    reading().begins("y");
    high("x");
    assertThat(sent).isEmpty();
    hear(Watermark.LOW, "y");
    read(ALL, 1);
    high("y");
    assertThat(sent).hasSize(1);
  }

  @Test
  void aReadingThatDoesNotSeeAnEarlierCommitIsRepeated() {
    recaptures.passed(7);
    ask("a", "1");
    low("x");
    recaptures.passed(9);
    read(VisibleTransactions.parse("7:9:7"), 1);
    high("x");
    assertThat(sent).isEmpty();
    assertThat(begun).hasSize(2);
    low("y");
    read(VisibleTransactions.parse("10:10:"), 1);
    high("y");
    assertThat(sent).containsExactly("{\"id\":1}=row1 again");
  }

  @Test
  void oneIsReadAfterTheOther() {
    ask("a", "1");
    ask("b", "2");
    assertThat(begun).hasSize(1);
    low("x");
    read(ALL, 1);
    high("x");
    assertThat(begun).hasSize(2);
    low("y");
    read(ALL, 2);
    high("y");
    assertThat(recaptures.told().recaptured()).containsExactly("a", "b");
  }

  @Test
  void whatCannotBeMetIsRefused() {
    hear(RecaptureMessage.PREFIX, "soon");
    hear(RecaptureMessage.PREFIX, "{\"id\":\"a\",\"tables\":7}");
    hear(
        RecaptureMessage.PREFIX,
        "{\"id\":\"b\",\"tables\":[{\"table\":{\"schema\":\"s\",\"name\":\"u\"},\"keys\":[]}]}");
    hear(
        RecaptureMessage.PREFIX,
        "{\"id\":\"c\",\"tables\":[{\"table\":{\"schema\":\"s\",\"name\":\"t\"},\"keys\":[{\"x\":1}]}]}");
    ask("d", "1", "");
    assertThat(begun).isEmpty();
    assertThat(recaptures.told().refused())
        .containsOnly(
            Map.entry("a", "START_ARRAY must stand where VALUE_NUMBER_INT stands"),
            Map.entry("b", "The star does not read the table s.u."),
            Map.entry("c", "The key of s.t has the columns id, but was given with x."),
            Map.entry("d", "A key's number or boolean is empty."));
    assertThat(said).hasSize(5);
  }

  @Test
  void whatTheSourceRefusesIsRefused() {
    ask("a", "1");
    low("x");
    reading().ends(new Reread.Refused("no"));
    high("x");
    assertThat(sent).isEmpty();
    assertThat(recaptures.told()).isEqualTo(new Rereads(List.of(), Map.of("a", "no")));
  }
}
