package io.headrace.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headrace.wire.Lsn;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What Debezium's envelopes say of a source transaction, as it stands in them: each value once for
 * all changes of the transaction.
 *
 * @param committed when it was committed, in milliseconds
 * @param times the same more exactly
 * @param commitBefore the position of the commit before
 * @param number its number
 * @param block where it came from, and the beginning of what places a change in it
 * @param counts whether its changes are counted
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SourceTransaction(
    byte[] committed,
    byte[] times,
    byte[] commitBefore,
    byte[] number,
    byte[] block,
    boolean counts) {

  private static final String NO_ORIGIN = "\"origin\":null,\"origin_lsn\":null}";

  /** No transaction: rows that were read from the table at a moment. */
  static SourceTransaction none(Instant read) {
    return of(micros(read), null, "null", NO_ORIGIN + ",\"transaction\":null", false);
  }

  /**
   * A transaction of the stream.
   *
   * @param commitBefore null where it is not known
   */
  static SourceTransaction of(long number, Instant committed, @Nullable Lsn commitBefore) {
    return of(number, committed, commitBefore, NO_ORIGIN);
  }

  /** The same, replicated to the source from elsewhere. */
  static SourceTransaction of(
      long number, Instant committed, @Nullable Lsn commitBefore, String origin, long originLsn) {
    JsonBuffer json = new JsonBuffer();
    json.raw("\"origin\":".getBytes(UTF_8));
    json.string(origin);
    json.raw((",\"origin_lsn\":" + originLsn + "}").getBytes(UTF_8));
    return of(number, committed, commitBefore, new String(json.copy(), UTF_8));
  }

  private static SourceTransaction of(
      long number, Instant committed, @Nullable Lsn commitBefore, String origin) {
    return of(
        micros(committed),
        commitBefore,
        Long.toString(number),
        origin + ",\"transaction\":{\"id\":\"" + number + ":",
        true);
  }

  private static SourceTransaction of(
      long micros, @Nullable Lsn commitBefore, String number, String block, boolean counts) {
    String before = commitBefore == null ? "null" : "\\\"" + commitBefore.value() + "\\\"";
    return new SourceTransaction(
        Long.toString(micros / 1000).getBytes(UTF_8),
        times(micros).getBytes(UTF_8),
        (before + ",\\\"").getBytes(UTF_8),
        (number + ",\"lsn\":").getBytes(UTF_8),
        (",\"xmin\":null," + block).getBytes(UTF_8),
        counts);
  }

  static String times(long micros) {
    return "\"ts_us\":" + micros + ",\"ts_ns\":" + micros * 1000;
  }

  static long micros(Instant moment) {
    return Math.addExact(
        Math.multiplyExact(moment.getEpochSecond(), 1_000_000), moment.getNano() / 1000);
  }
}
