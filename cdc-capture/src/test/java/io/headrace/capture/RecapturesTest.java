package io.headrace.capture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.stage.StageListener;
import io.headrace.star.DataType.Family;
import io.headrace.star.TableName;
import io.headrace.wire.EpochMark;
import io.headrace.wire.RecaptureMessage;
import io.headrace.wire.Rereads;
import io.headrace.wire.Resync;
import io.headrace.wire.ResyncMessage;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecapturesTest {

  private static final TableName NAME = new TableName("s", "t");
  private static final String TOPIC = "p.s.t";
  private static final Instant NOW = Instant.parse("2026-01-01T09:00:00Z");
  private static final VisibleTransactions ALL = VisibleTransactions.parse("1000:1000:");

  private final List<Reading> begun = new ArrayList<>();
  private final List<String> sent = new ArrayList<>();
  private final List<String> said = new ArrayList<>();
  private final List<String> keysInTopic = new ArrayList<>();
  private final RereadTables tables =
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
          180000);
  private final Recaptures recaptures = at(List.of());

  private Recaptures at(List<Resync> position) {
    return new Recaptures(
        tables,
        begun::add,
        (topic, key, value, again) ->
            sent.add(
                new String(key, UTF_8)
                    + (value == null ? " gone" : "=" + new String(value, UTF_8))
                    + (again ? " again" : "")),
        new Resyncs(
            tables,
            new Keys(),
            new Sayings(),
            Clock.fixed(NOW, ZoneOffset.UTC),
            position,
            List.of()),
        new Sayings(),
        Failpoint.NONE);
  }

  private final class Keys implements TopicKeys {
    @Override
    public List<Long> ends(String topic) {
      return List.of((long) keysInTopic.size(), 0L);
    }

    @Override
    public Batch read(String topic, int partition, long from, long until) {
      throw new AssertionError("nothing reads here");
    }
  }

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
    read(visible, true, rows);
  }

  private void read(VisibleTransactions visible, boolean complete, int... rows) {
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
    reading().ends(new Reread.Rows(visible, answer, null, answer.size(), complete));
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
  void whatMemoryDoesNotHoldAtOnceIsReadInParts() {
    ask("many", "1", "2", "3");
    ask("other", "4");
    low("a");
    read(ALL, false, 1);
    high("a");
    assertThat(sent).containsExactly("{\"id\":1}=row1 again");
    assertThat(recaptures.told().recaptured()).isEmpty();

    low("b");
    assertThat(changed(1)).isFalse();
    assertThat(changed(2)).isTrue();
    read(ALL, true, 2, 3);
    high("b");
    assertThat(sent).endsWith("{\"id\":3}=row3 again").hasSize(2);
    assertThat(recaptures.told().recaptured()).containsExactly("many");

    low("c");
    read(ALL, 4);
    high("c");
    assertThat(recaptures.told().recaptured()).containsExactly("many", "other");
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
    assertThat(recaptures.told())
        .isEqualTo(new Rereads(List.of("a"), Map.of(), List.of(), List.of()));
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
    assertThat(recaptures.told())
        .isEqualTo(new Rereads(List.of(), Map.of("a", "no"), List.of(), List.of()));
  }

  private void resync(String id) {
    hear(ResyncMessage.PREFIX, new ResyncMessage(id, NAME).content());
  }

  private void readChunk(String after, boolean complete, int... rows) {
    List<RereadRow> answer = new ArrayList<>();
    for (int row : rows) {
      answer.add(new RereadRow(TOPIC, key(row), ("row" + row).getBytes(UTF_8), null));
    }
    reading().ends(new Reread.Rows(ALL, answer, after, rows.length, complete));
  }

  private void readGhosts(String after, boolean complete, int... keys) {
    List<RereadRow> answer = new ArrayList<>();
    for (int id : keys) {
      answer.add(new RereadRow(TOPIC, key(id), null, ("delete" + id).getBytes(UTF_8)));
    }
    reading().ends(new Reread.Rows(ALL, answer, after, 0, complete));
  }

  @Test
  void aTableIsReadInChunksAndThenItsGhostsAreDeleted() {
    keysInTopic.addAll(List.of("x", "y", "z"));
    resync("a");
    Resync begin = Resync.of("a", NAME, Resync.Trigger.MANUAL, NOW, List.of(3L, 0L));
    assertThat(recaptures.told().resyncs()).containsExactly(begin);
    low("1");
    readChunk("{\"id\":2}", false, 1, 2);
    high("1");
    assertThat(sent).containsExactly("{\"id\":1}=row1", "{\"id\":2}=row2");
    assertThat(recaptures.told().resyncs())
        .containsExactly(begin.at(Resync.Pass.ROWS, "{\"id\":2}", 2));
    low("2");
    assertThat(changed(4)).isFalse();
    readChunk("{\"id\":4}", true, 3, 4);
    high("2");
    assertThat(sent).hasSize(3).endsWith("{\"id\":3}=row3");
    assertThat(recaptures.told().resyncs()).containsExactly(begin.at(Resync.Pass.GHOSTS, null, 4));
    low("3");
    assertThat(changed(8)).isFalse();
    readGhosts("2:0", true, 7, 8);
    high("3");
    assertThat(sent).hasSize(5).endsWith("{\"id\":7}=delete7", "{\"id\":7} gone");
    assertThat(recaptures.told())
        .isEqualTo(
            new Rereads(
                List.of("a"),
                Map.of(),
                List.of(),
                List.of(begin.at(Resync.Pass.GHOSTS, null, 4).ended(NOW, null))));
  }

  @Test
  void aTruncateWhileAChunkIsReadDropsAllOfIt() {
    resync("a");
    low("1");
    recaptures.truncated(TOPIC);
    readChunk("{\"id\":2}", true, 1, 2);
    high("1");
    assertThat(sent).isEmpty();
    assertThat(recaptures.told().recaptured()).containsExactly("a");
  }

  @Test
  void anEmptyTopicHasNoGhosts() {
    resync("a");
    low("1");
    readChunk("{\"id\":1}", true, 1);
    high("1");
    assertThat(recaptures.told().recaptured()).containsExactly("a");
    assertThat(recaptures.told().resyncs()).isEmpty();
    assertThat(recaptures.told().ended()).hasSize(1);
  }

  @Test
  void itGoesOnWhereThePositionSays() {
    Resync resync =
        Resync.of("a", NAME, Resync.Trigger.NEW_TABLE, NOW, List.of(3L))
            .at(Resync.Pass.ROWS, "{\"id\":2}", 2);
    Recaptures resumed = at(List.of(resync));
    resumed.start();
    assertThat(resumed.told().resyncs()).containsExactly(resync);
    assertThat(resumed.told().loading()).containsExactly(NAME);
    assertThat(reading().reread()).isInstanceOf(ResyncRows.class);
    at(List.of(resync.at(Resync.Pass.GHOSTS, null, 2))).start();
    assertThat(reading().reread()).isInstanceOf(ResyncGhosts.class);
  }

  @Test
  void aTableIsNotCapturedAgainTwiceAtOnce() {
    resync("a");
    resync("b");
    assertThat(recaptures.told().refused())
        .containsOnly(
            Map.entry("b", "The table s.t is being captured again already, or waits for that."));
    assertThat(recaptures.told().resyncs()).extracting(Resync::id).containsExactly("a");
  }

  @Test
  void singleRowsDoNotWaitForATable() {
    resync("a");
    ask("b", "1");
    low("1");
    readChunk("{\"id\":2}", false, 1, 2);
    high("1");
    assertThat(reading().reread()).isInstanceOf(Recapture.class);
    low("2");
    read(ALL, 1);
    high("2");
    assertThat(reading().reread()).isInstanceOf(ResyncRows.class);
  }

  @Test
  void aTableThatCannotBeReadIsGivenUp() {
    resync("a");
    low("1");
    reading().ends(new Reread.Refused("no"));
    high("1");
    assertThat(recaptures.told().refused()).containsOnly(Map.entry("a", "no"));
    assertThat(recaptures.told().resyncs()).isEmpty();
    assertThat(recaptures.told().ended()).extracting(Resync.Ended::error).containsExactly("no");
  }
}
