package io.headrace.capture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.star.DataType.Family;
import io.headrace.star.TableName;
import io.headrace.wire.Lsn;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SnapshotRowTest {

  private final SnapshotRow row =
      new SnapshotRow(
          new CapturedTable(
              new TableName("s", "t"),
              "p.s.t",
              List.of(
                  new CapturedColumn("id", Family.NUMBER),
                  new CapturedColumn("a", Family.TEXT),
                  new CapturedColumn("b", Family.BOOLEAN),
                  new CapturedColumn("c", Family.BYTES),
                  new CapturedColumn("d", Family.NUMBER)),
              List.of(1, 0),
              Set.of("id"),
              -1),
          "p",
          "db",
          new Lsn(42),
          Instant.ofEpochSecond(1, 2_000),
          "true");

  private String after(String copyText) {
    row.read(copyText.getBytes(UTF_8));
    String value = new String(row.value(), UTF_8);
    return value.substring(value.indexOf("\"after\":") + 8, value.indexOf(",\"source\""));
  }

  @Test
  void everyFamilyHasItsForm() {
    assertThat(after("1\tx\tt\t\\\\x00ff\t-1.5e-07\n"))
        .isEqualTo("{\"id\":1,\"a\":\"x\",\"b\":true,\"c\":\"AP8=\",\"d\":-1.5e-07}");
    assertThat(after("1\tx\tf\t\\\\x\t-Infinity\n"))
        .endsWith("\"b\":false,\"c\":\"\",\"d\":\"-Infinity\"}");
    assertThat(after("1\tx\tf\t\\\\x\tNaN\n")).endsWith("\"d\":\"NaN\"}");
  }

  @Test
  void nullIsNotTheTextNAndEmptyIsNotNull() {
    assertThat(after("1\t\\N\t\\N\t\\N\t\\N\n"))
        .isEqualTo("{\"id\":1,\"a\":null,\"b\":null,\"c\":null,\"d\":null}");
    assertThat(after("1\t\\\\N\t\\N\t\\N\t2\n"))
        .isEqualTo("{\"id\":1,\"a\":\"\\\\N\",\"b\":null,\"c\":null,\"d\":2}");
    assertThat(after("1\t\t\\N\t\\N\t2\n"))
        .isEqualTo("{\"id\":1,\"a\":\"\",\"b\":null,\"c\":null,\"d\":2}");
  }

  @Test
  void copysEscapesAreUndone() {
    assertThat(after("1\t\\t\\n\\r\\b\\f\\v\\\\ü\t\\N\t\\N\t\\N\n"))
        .contains("\"a\":\"\\t\\n\\r\\u0008\\u000c\\u000b\\\\ü\"");
  }

  @Test
  void theKeyHasTheKeysOrder() {
    row.read("7\tx\t\\N\t\\N\t\\N\n".getBytes(UTF_8));
    assertThat(new String(row.key(), UTF_8)).isEqualTo("{\"a\":\"x\",\"id\":7}");
    assertThat(new String(TruncateKey.of(List.of("a", "id")), UTF_8))
        .isEqualTo("{\"a\":null,\"id\":null}");
  }

  @Test
  void anotherNumberOfFieldsIsAnError() {
    assertThatThrownBy(() -> row.read("7\tx\n".getBytes(UTF_8)))
        .hasMessage("A row of s.t must have 5 fields but had 2");
  }
}
