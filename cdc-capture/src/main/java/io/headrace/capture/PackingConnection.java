package io.headrace.capture;

import io.debezium.DebeziumException;
import io.debezium.connector.postgresql.TypeRegistry;
import io.debezium.connector.postgresql.connection.Lsn;
import io.debezium.connector.postgresql.connection.MessageDecoder;
import io.debezium.connector.postgresql.connection.ReplicationConnection;
import io.debezium.connector.postgresql.connection.ReplicationStream;
import io.debezium.connector.postgresql.connection.WalPositionLocator;
import io.debezium.connector.postgresql.spi.SlotCreationResult;
import io.debezium.jdbc.JdbcConnection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import org.postgresql.replication.PGReplicationStream;

/** Debezium's replication connection, but for its stream, which is a {@link PackingStream}. */
final class PackingConnection implements ReplicationConnection {

  /**
   * How often the source is told that we are there; far below its wal_sender_timeout of a minute.
   */
  static final Duration STATUS_INTERVAL = Duration.ofSeconds(10);

  private final ReplicationConnection debezium;
  private final JdbcConnection jdbc;
  private final String slot;
  private final MessageDecoder decoder;
  private final TypeRegistry types;

  /**
   * A connection.
   *
   * @param jdbc the same as {@code debezium}
   * @param decoder for all messages but those of rows
   */
  PackingConnection(
      ReplicationConnection debezium,
      JdbcConnection jdbc,
      String slot,
      MessageDecoder decoder,
      TypeRegistry types) {
    this.debezium = debezium;
    this.jdbc = jdbc;
    this.slot = slot;
    this.decoder = decoder;
    this.types = types;
  }

  @Override
  public ReplicationStream startStreaming(WalPositionLocator position) {
    throw new IllegalStateException("the stream must start at a position, which StartOffset gives");
  }

  @Override
  public ReplicationStream startStreaming(Lsn start, WalPositionLocator position)
      throws SQLException {
    PGConnection connection = jdbc.connection().unwrap(PGConnection.class);
    try {
      PGReplicationStream stream =
          decoder
              .defaultOptions(
                  connection
                      .getReplicationAPI()
                      .replicationStream()
                      .logical()
                      .withSlotName('"' + slot + '"')
                      .withStartPosition(start.asLogSequenceNumber())
                      .withAutomaticFlush(false)
                      .withStatusInterval(
                          Math.toIntExact(STATUS_INTERVAL.toMillis()), TimeUnit.MILLISECONDS),
                  version -> true)
              .start();
      stream.forceUpdateStatus();
      return new PackingStream(stream, start, decoder, types);
    } catch (SQLException e) {
      throw new DebeziumException(
          "cannot stream from the slot " + slot + " from " + start + " on", e);
    }
  }

  @Override
  public Optional<SlotCreationResult> createReplicationSlot() {
    throw new IllegalStateException("the slot " + slot + " must be there before its stream");
  }

  @Override
  public void initConnection() throws SQLException, InterruptedException {
    debezium.initConnection();
  }

  @Override
  public boolean isConnected() throws SQLException {
    return debezium.isConnected();
  }

  @Override
  public void reconnect() throws SQLException {
    debezium.reconnect();
  }

  @Override
  public void close() throws Exception {
    debezium.close();
  }
}
