package io.headrace.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.star.TableName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EpochTest {

  private static final Epoch EPOCH =
      new Epoch(
          7,
          Lsn.parse("1/16B3748"),
          Instant.parse("2026-01-01T09:00:00.123456Z"),
          new Epoch.Source("7423000000000000000", "sch\"ool"),
          Map.of("h.public.course", List.of(4L, 0L, 9L), "h.a.b", List.of(1L)));

  private static final Instant NINE = Instant.parse("2026-01-01T09:00:00Z");
  private static final Resync ASKED =
      Resync.of("e", new TableName("s", "u"), Resync.Trigger.MANUAL, NINE, List.of());

  @Test
  void anEpochIsReadAsItWasWritten() {
    assertThat(new String(EpochJson.write(EPOCH), UTF_8))
        .isEqualTo(
            "{\"epoch\":7,\"lsn\":\"1/16B3748\",\"committed\":\"2026-01-01T09:00:00.123456Z\","
                + "\"system\":\"7423000000000000000\",\"database\":\"sch\\\"ool\","
                + "\"ends\":{\"h.a.b\":[1],\"h.public.course\":[4,0,9]}}");
    assertThat(EpochJson.read(EpochJson.write(EPOCH))).isEqualTo(EPOCH);
  }

  @Test
  void anEpochMayAnswerARequestForACut() {
    Epoch epoch =
        new Epoch(
            EPOCH.number(),
            EPOCH.lsn(),
            EPOCH.committed(),
            EPOCH.source(),
            EPOCH.ends(),
            new Epoch.Cut("a", 5));
    assertThat(new String(EpochJson.write(epoch), UTF_8)).endsWith(",\"cut\":\"a\",\"cut_at\":5}");
    assertThat(EpochJson.read(EpochJson.write(epoch))).isEqualTo(epoch);
  }

  @Test
  void anEpochMayAnswerRequestsToReadRowsAgain() {
    Epoch epoch =
        new Epoch(
            EPOCH.number(),
            EPOCH.lsn(),
            EPOCH.committed(),
            EPOCH.source(),
            EPOCH.ends(),
            null,
            new Rereads(
                List.of("a", "b"),
                Map.of("c", "no \"table\""),
                List.of(
                    Resync.of(
                            "d",
                            new TableName("s", "t"),
                            Resync.Trigger.NEW_TABLE,
                            NINE,
                            List.of(4L, 0L))
                        .at(Resync.Pass.GHOSTS, "1:7", 9),
                    ASKED),
                List.of(ASKED.at(Resync.Pass.ROWS, "{}", 3).ended(NINE, "no"))));
    assertThat(new String(EpochJson.write(epoch), UTF_8))
        .endsWith(
            ",\"recaptured\":[\"a\",\"b\"],\"refused\":{\"c\":\"no \\\"table\\\"\"},"
                + "\"resyncs\":[{\"id\":\"d\",\"table\":{\"schema\":\"s\",\"name\":\"t\"},\"loading\":true,"
                + "\"trigger\":\"new_table\",\"started\":\"2026-01-01T09:00:00Z\","
                + "\"pass\":\"ghosts\",\"after\":\"1:7\",\"rows\":9,\"until\":[4,0]},"
                + "{\"id\":\"e\",\"table\":{\"schema\":\"s\",\"name\":\"u\"},\"loading\":false,"
                + "\"trigger\":\"manual\",\"started\":\"2026-01-01T09:00:00Z\","
                + "\"pass\":\"rows\",\"rows\":0,\"until\":[]}],"
                + "\"ended\":[{\"id\":\"e\",\"table\":{\"schema\":\"s\",\"name\":\"u\"},\"loading\":false,"
                + "\"trigger\":\"manual\",\"started\":\"2026-01-01T09:00:00Z\",\"pass\":\"rows\",\"rows\":3,"
                + "\"until\":[],\"at\":\"2026-01-01T09:00:00Z\",\"error\":\"no\"}]}");
    assertThat(epoch.rereads().loading()).containsExactly(new TableName("s", "t"));
    assertThat(EpochJson.read(EpochJson.write(epoch))).isEqualTo(epoch);
  }

  @Test
  void aResyncOfAnOlderVersionIsRead() {
    String json =
        new String(EpochJson.write(EPOCH), UTF_8)
            .replaceFirst(
                "\\{",
                "{\"resyncs\":[{\"id\":\"d\",\"table\":{\"schema\":\"s\",\"name\":\"t\"},\"loading\":true,"
                    + "\"pass\":\"rows\",\"rows\":0,\"until\":[4]}],");
    assertThat(EpochJson.read(json.getBytes(UTF_8)).rereads().resyncs())
        .containsExactly(
            new Resync(
                "d",
                new TableName("s", "t"),
                Resync.Trigger.NEW_TABLE,
                null,
                Resync.Pass.ROWS,
                null,
                0,
                List.of(4L)));
  }

  @Test
  void whenAnEpochPassedTheStagesIsReadAsItWasWritten() {
    Instant committed = Instant.parse("2026-01-01T09:00:00.123456Z");
    Epoch epoch =
        new Epoch(
            7,
            new Lsn(16),
            committed,
            new Epoch.Source("1", "shop"),
            Map.of(),
            null,
            Rereads.NONE,
            new Epoch.Times(committed.minusMillis(9), committed.plusMillis(20)));
    assertThat(EpochJson.read(EpochJson.write(epoch))).isEqualTo(epoch);
    EpochMark mark = EpochMark.of(epoch, committed.plusMillis(30));
    assertThat(new String(mark.value(), UTF_8))
        .isEqualTo(
            "7\t0/10\t2026-01-01T09:00:00.123456Z\t2026-01-01T09:00:00.114456Z"
                + "\t2026-01-01T09:00:00.143456Z\t2026-01-01T09:00:00.153456Z");
    assertThat(EpochMark.parse(mark.value())).isEqualTo(mark);
    assertThat(EpochMark.parse(EpochMark.of(epoch).value())).isEqualTo(EpochMark.of(epoch));
    assertThat(mark.sameEnd(EpochMark.of(epoch))).isTrue();
    assertThat(mark.later(EpochMark.of(epoch, committed.plusMillis(40))))
        .isEqualTo(EpochMark.of(epoch, committed.plusMillis(40)));
  }

  @Test
  void aRequestToReadRowsAgainIsReadAsItWasWritten() {
    RecaptureMessage message =
        new RecaptureMessage(
            "a",
            List.of(
                new RecaptureMessage.Rows(
                    new TableName("public", "lesson"), List.of(Map.of("id", "12")))));
    assertThat(message.content())
        .isEqualTo(
            "{\"id\":\"a\",\"tables\":[{\"table\":{\"schema\":\"public\",\"name\":\"lesson\"},"
                + "\"keys\":[{\"id\":\"12\"}]}]}");
    assertThat(RecaptureMessage.parse(message.content())).isEqualTo(message);
    assertThat(RecaptureMessage.parse(message.content().replace("\"12\"", "12")))
        .isEqualTo(message);
  }

  @Test
  void aRequestToCaptureATableAgainIsReadAsItWasWritten() {
    ResyncMessage message = new ResyncMessage("a", new TableName("public", "lesson"));
    assertThat(message.content())
        .isEqualTo("{\"id\":\"a\",\"table\":{\"schema\":\"public\",\"name\":\"lesson\"}}");
    assertThat(ResyncMessage.parse(message.content())).isEqualTo(message);
    assertThatThrownBy(() -> ResyncMessage.parse("{\"id\":\"a\"}"))
        .hasMessage("it must have an id and a table");
  }

  @Test
  void whatIsNoRequestToReadRowsAgainIsRefusedWithTheReason() {
    assertThatThrownBy(() -> RecaptureMessage.parse("{\"id\":\"a\",\"tables\":[{\"keys\":[]}]}"))
        .hasMessage("rows must have a table");
    assertThatThrownBy(() -> RecaptureMessage.parse("{\"tables\":[]}"))
        .hasMessage("it must have an id");
    assertThatThrownBy(() -> RecaptureMessage.parse("soon"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("it is no JSON");
    assertThatThrownBy(
            () ->
                RecaptureMessage.parse(
                    "{\"id\":\"a\",\"tables\":[{\"table\":{\"schema\":\"s\",\"name\":\"t\"},"
                        + "\"keys\":[{\"id\":null}]}]}"))
        .hasMessage("a key's column id must have a value but has VALUE_NULL");
    assertThat(RecaptureMessage.id("{\"tables\":[{\"id\":\"b\"}],\"id\":\"a\",\"x\""))
        .contains("a");
    assertThat(RecaptureMessage.id("{\"tables\":7}")).isEmpty();
  }

  @Test
  void theMessagesForACutAreReadAsTheyWereWritten() {
    CutMessage begin = new CutMessage.Begin("a");
    CutMessage end = new CutMessage.End("a", "7:9:7,8");
    assertThat(CutMessage.parse(begin.content())).isEqualTo(begin);
    assertThat(CutMessage.parse(end.content())).isEqualTo(end);
    assertThat(CutMessage.parse("")).isNull();
    assertThat(CutMessage.parse("stop a")).isNull();
  }

  @Test
  void fieldsOfALaterVersionAreIgnored() {
    String json =
        new String(EpochJson.write(EPOCH), UTF_8)
            .replaceFirst("\\{", "{\"new\":{\"a\":[1]},\"x\":null,");
    assertThat(EpochJson.read(json.getBytes(UTF_8))).isEqualTo(EPOCH);
  }

  @Test
  void whatIsNoEpochIsRefusedWithTheReason() {
    assertThatThrownBy(() -> EpochJson.read("[]".getBytes(UTF_8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not an epoch: START_OBJECT must stand where START_ARRAY stands");
    assertThatThrownBy(() -> EpochJson.read("{\"epoch\":1}".getBytes(UTF_8)))
        .hasMessage("not an epoch: it must have the field lsn");
    assertThatThrownBy(() -> EpochJson.read("{".getBytes(UTF_8)))
        .hasMessageStartingWith("not an epoch: ");
  }

  @Test
  void aMarkIsReadAsItWasWritten() {
    EpochMark mark = EpochMark.of(EPOCH);
    assertThat(new String(mark.value(), UTF_8))
        .isEqualTo("7\t1/16B3748\t2026-01-01T09:00:00.123456Z");
    assertThat(EpochMark.parse(mark.value())).isEqualTo(mark);
    assertThat(EpochMark.isMark(EpochMark.key())).isTrue();
    assertThat(EpochMark.isMark(CopyText.row(List.of("\\.")))).isFalse();
    assertThatThrownBy(() -> EpochMark.parse("7\t1/1".getBytes(UTF_8)))
        .hasMessage(
            "the mark of an epoch must be number, LSN and commit time between tabs but was \"7\t1/1\"");
  }
}
