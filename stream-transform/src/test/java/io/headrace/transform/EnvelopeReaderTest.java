package io.headrace.transform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.star.SourceTable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EnvelopeReaderTest {

  private static final SourceTable TABLE = TestStars.table("line", 2, "order_id#", "no#", "text");
  private static final String KEY = "{\"order_id\":7,\"no\":1}";
  private static final String AFTER = "{\"order_id\":7,\"no\":1,\"text\":\"t\",\"other\":[1]}";

  private static Change read(@Nullable String key, @Nullable String value) {
    return new EnvelopeReader(TABLE)
        .read(
            key == null ? null : key.getBytes(UTF_8), value == null ? null : value.getBytes(UTF_8));
  }

  private static void assertChange(Change change, Change.Kind kind, String key, String row) {
    assertThat(change.kind()).isEqualTo(kind);
    assertThat(SourceModel.text(change.key())).isEqualTo(key);
    assertThat(SourceModel.text(change.row())).isEqualTo(row);
  }

  @Test
  void readsInsertsUpdatesAndSnapshotRows() {
    for (String op : new String[] {"c", "u", "r"}) {
      assertChange(
          read(
              KEY,
              "{\"before\":"
                  + AFTER
                  + ",\"after\":"
                  + AFTER
                  + ",\"source\":{},\"op\":\""
                  + op
                  + "\"}"),
          Change.Kind.UPSERT,
          "7\t1",
          "7\t1\tt");
    }
  }

  @Test
  void deletesAndTombstonesAreTheSame() {
    assertChange(
        read(KEY, "{\"before\":null,\"after\":null,\"op\":\"d\"}"), Change.Kind.DELETE, "7\t1", "");
    assertChange(read(KEY, null), Change.Kind.DELETE, "7\t1", "");
  }

  @Test
  void aTruncateHasNoKey() {
    assertChange(
        read("{\"order_id\":null,\"no\":null}", "{\"after\":null,\"op\":\"t\"}"),
        Change.Kind.TRUNCATE,
        "",
        "");
  }

  @Test
  void whatIsNoEnvelopeIsRefused() {
    assertRefused(
        KEY, "{\"after\":" + AFTER + "}", "\"op\" must be one of c, u, r, d, t but was not there");
    assertRefused(KEY, "{\"op\":\"m\"}", "\"op\" must be one of c, u, r, d, t but was \"m\"");
    assertRefused(
        KEY, "{\"op\":\"c\"}", "a record with \"op\":\"c\" must have \"after\" but has none");
    assertRefused(null, null, "the record must have a key but has none");
    assertRefused(
        "{\"order_id\":8,\"no\":1}",
        "{\"after\":" + AFTER + ",\"op\":\"c\"}",
        "the record's key must be the primary key of the row in \"after\" but is not");
    assertRefused(
        KEY,
        "{\"op\":\"d\"} x",
        "the end must stand at byte 11 of the JSON, where a letter stands");
    assertRefused(
        KEY,
        "{\"op\":\"c\",\"after\":\0secret}",
        "'{' must stand at byte 18 of the JSON, where a control character stands");
  }

  private static void assertRefused(@Nullable String key, @Nullable String value, String message) {
    assertThatThrownBy(() -> read(key, value))
        .isInstanceOf(BadRecordException.class)
        .hasMessage(message);
  }
}
