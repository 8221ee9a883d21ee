package io.headrace.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wrote into the source's log by {@code pg_logical_emit_message}.
 *
 * @param prefix says for whom it is
 * @param content what it says
 */
record SourceMessage(String prefix, String content) {

  static SourceMessage of(SourceRecord record) {
    Struct message = message(record);
    return new SourceMessage(prefix(message), new String(content(message), UTF_8));
  }

  /** What {@link PackedRows} hold, if the message is one of theirs; else null. */
  static byte @Nullable [] rows(SourceRecord record) {
    Struct message = message(record);
    return prefix(message).equals(PackedRows.PREFIX) ? content(message) : null;
  }

  private static Struct message(SourceRecord record) {
    return ((Struct) record.value()).getStruct("message");
  }

  private static String prefix(Struct message) {
    return message.getString("prefix");
  }

  private static byte[] content(Struct message) {
    return message.getBytes("content");
  }

  /**
   * The number of the source transaction that a transaction's beginning or end is about: 32 bits,
   * as PostgreSQL's log has it.
   */
  static long transaction(SourceRecord record) {
    String id = ((Struct) record.value()).getString("id");
    int colon = id.indexOf(':');
    return Long.parseLong(colon < 0 ? id : id.substring(0, colon));
  }
}
