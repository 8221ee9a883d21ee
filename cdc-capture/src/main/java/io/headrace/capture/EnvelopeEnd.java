package io.headrace.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.debezium.connector.postgresql.Module;
import io.headrace.star.TableName;
import java.time.Instant;

/**
 * Debezium's envelope behind the rows, as its JSON converter writes it without schema: the block
 * {@code source}, the transaction, the operation and when it was read. For changes of one table.
 */
final class EnvelopeEnd {

  private static final byte[] SEQUENCE_END = "\\\"]\",".getBytes(UTF_8);
  private static final byte[] TOTAL_ORDER = "\",\"total_order\":".getBytes(UTF_8);
  private static final byte[] ORDER = ",\"data_collection_order\":".getBytes(UTF_8);
  private static final byte[] ORDER_END = "}".getBytes(UTF_8);
  private static final byte[] OPERATION = ",\"op\":\"".getBytes(UTF_8);

  private final byte[] name;
  private final byte[] database;
  private final byte[] table;

  /**
   * For the changes of a table.
   *
   * @param snapshot {@code false} for the stream, {@code true} in the snapshot that the stream
   *     begins with, {@code incremental} in a later one
   */
  EnvelopeEnd(TableName table, String prefix, String database, String snapshot) {
    JsonBuffer json = new JsonBuffer();
    json.raw(
        (",\"source\":{\"version\":\""
                + Module.version()
                + "\",\"connector\":\"postgresql\",\"name\":")
            .getBytes(UTF_8));
    json.string(prefix);
    json.raw(",\"ts_ms\":".getBytes(UTF_8));
    this.name = json.copy();
    json.clear();
    json.raw((",\"snapshot\":\"" + snapshot + "\",\"db\":").getBytes(UTF_8));
    json.string(database);
    json.raw(",\"sequence\":\"[".getBytes(UTF_8));
    this.database = json.copy();
    json.clear();
    json.raw(",\"schema\":".getBytes(UTF_8));
    json.string(table.schema());
    json.raw(",\"table\":".getBytes(UTF_8));
    json.string(table.table());
    json.raw(",\"txId\":".getBytes(UTF_8));
    this.table = json.copy();
  }

  /** When an envelope is written, as it stands in it. */
  static byte[] written(Instant now) {
    long micros = SourceTransaction.micros(now);
    return ("\",\"ts_ms\":" + micros / 1000 + "," + SourceTransaction.times(micros) + "}")
        .getBytes(UTF_8);
  }

  /**
   * Appends it.
   *
   * @param lsn where the change stands in the source's log
   * @param totalOrder the change's place in its transaction, from 1
   * @param order the same among the changes of the table
   * @param operation Debezium's letter
   * @param written see {@link #written}
   */
  void append(
      JsonBuffer json,
      SourceTransaction transaction,
      long lsn,
      long totalOrder,
      long order,
      char operation,
      byte[] written) {
    json.raw(name);
    json.raw(transaction.committed());
    json.raw(database);
    json.raw(transaction.commitBefore());
    json.number(lsn);
    json.raw(SEQUENCE_END);
    json.raw(transaction.times());
    json.raw(table);
    json.raw(transaction.number());
    json.number(lsn);
    json.raw(transaction.block());
    if (transaction.counts()) {
      json.number(lsn);
      json.raw(TOTAL_ORDER);
      json.number(totalOrder);
      json.raw(ORDER);
      json.number(order);
      json.raw(ORDER_END);
    }
    json.raw(OPERATION);
    json.raw(operation);
    json.raw(written);
  }
}
