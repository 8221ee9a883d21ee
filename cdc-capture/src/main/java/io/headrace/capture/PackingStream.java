package io.headrace.capture;

import io.debezium.connector.postgresql.TypeRegistry;
import io.debezium.connector.postgresql.connection.LogicalDecodingMessage;
import io.debezium.connector.postgresql.connection.Lsn;
import io.debezium.connector.postgresql.connection.MessageDecoder;
import io.debezium.connector.postgresql.connection.ReplicationMessage;
import io.debezium.connector.postgresql.connection.ReplicationMessage.Operation;
import io.debezium.connector.postgresql.connection.ReplicationStream;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A replication stream of Debezium's that leaves to Debezium what it does for a transaction and
 * keeps from it what it does for a row. Rows are packed as they come and handed over as one message
 * when something else comes, at the latest the transaction's end, or when enough are packed.
 */
final class PackingStream implements ReplicationStream {

  private static final Logger LOG = LoggerFactory.getLogger(PackingStream.class);

  /** Messages taken before Debezium looks whether it is to end. */
  private static final int AT_ONCE = 1_000;

  private final PGReplicationStream stream;
  private final Lsn start;
  private final MessageDecoder decoder;
  private final TypeRegistry types;
  private final PackedRows rows = new PackedRows();
  private Lsn lastPacked;
  private @Nullable Instant committed;
  private @Nullable Long transaction;
  private volatile Lsn lastReceived;
  private @Nullable ExecutorService keepAlive;

  PackingStream(PGReplicationStream stream, Lsn start, MessageDecoder decoder, TypeRegistry types) {
    this.stream = stream;
    this.start = start;
    this.decoder = decoder;
    this.types = types;
    lastPacked = start;
    lastReceived = start;
  }

  @Override
  public void read(ReplicationMessageProcessor processor)
      throws SQLException, InterruptedException {
    take(stream.read(), processor);
  }

  @Override
  public boolean readPending(ReplicationMessageProcessor processor)
      throws SQLException, InterruptedException {
    for (int i = 0; i < AT_ONCE; i++) {
      ByteBuffer message = stream.readPending();
      if (message == null) {
        return i > 0;
      }
      take(message, processor);
    }
    return true;
  }

  private void take(ByteBuffer message, ReplicationMessageProcessor processor)
      throws SQLException, InterruptedException {
    LogSequenceNumber at = stream.getLastReceiveLSN();
    if (PackedRows.takes(message.get(message.position()))) {
      rows.add(at.asLong(), message);
      if (at.asLong() != 0) { // what describes a table has no position
        lastPacked = Lsn.valueOf(at);
      }
      if (rows.isFull()) {
        handOver(processor);
      }
    } else {
      handOver(processor);
      lastReceived = Lsn.valueOf(at);
      decoder.processMessage(
          message,
          decoded -> {
            remember(decoded);
            processor.process(decoded);
          },
          types);
    }
  }

  private void remember(ReplicationMessage message) {
    OptionalLong id = message.getTransactionId();
    transaction = id.isPresent() ? id.getAsLong() : null;
    committed = message.getCommitTime();
  }

  private void handOver(ReplicationMessageProcessor processor)
      throws SQLException, InterruptedException {
    if (!rows.isEmpty()) {
      lastReceived = lastPacked;
      processor.process(
          new LogicalDecodingMessage(
              Operation.MESSAGE, committed, transaction, true, PackedRows.PREFIX, rows.take()));
    }
  }

  @Override
  public void flushLsn(Lsn lsn) throws SQLException {
    LogSequenceNumber confirmed = lsn.asLogSequenceNumber();
    if (stream.getLastFlushedLSN().compareTo(confirmed) < 0) {
      stream.setFlushedLSN(confirmed);
    }
    if (stream.getLastAppliedLSN().compareTo(confirmed) < 0) {
      stream.setAppliedLSN(confirmed);
    }
    stream.forceUpdateStatus();
  }

  @Override
  public Lsn lastReceivedLsn() {
    return lastReceived;
  }

  @Override
  public Lsn startLsn() {
    return start;
  }

  @Override
  public void startKeepAlive(ExecutorService service) {
    keepAlive = service;
    service.execute(this::keepAlive);
  }

  /** The reading thread may wait for Kafka longer than the source waits for a word of us. */
  private void keepAlive() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        stream.forceUpdateStatus();
        Thread.sleep(PackingConnection.STATUS_INTERVAL.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SQLException | RuntimeException e) {
      LOG.warn("the source could not be told that the capture is there", e);
    }
  }

  @Override
  public void stopKeepAlive() {
    if (keepAlive != null) {
      keepAlive.shutdownNow();
      keepAlive = null;
    }
  }

  @Override
  public void close() throws SQLException {
    stream.close();
  }
}
