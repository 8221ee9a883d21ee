package io.headrace.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * What somebody wrote into the source's log by {@code pg_logical_emit_message}.
 *
 * @param prefix says for whom it is
 * @param content what it says
 */
record SourceMessage(String prefix, String content) {

  static SourceMessage of(SourceRecord record) {
    Struct message = ((Struct) record.value()).getStruct("message");
    return new SourceMessage(message.getString("prefix"), text(message.get("content")));
  }

  private static String text(Object content) {
    if (content instanceof ByteBuffer buffer) {
      return UTF_8.decode(buffer.duplicate()).toString();
    }
    return new String((byte[]) content, UTF_8);
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
