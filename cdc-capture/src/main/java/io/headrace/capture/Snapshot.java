package io.headrace.capture;

import io.headrace.stage.Database;
import io.headrace.stage.StageListener;
import io.headrace.star.Identifiers;
import io.headrace.wire.Epoch;
import io.headrace.wire.Lsn;
import io.headrace.wire.Rereads;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;
import org.postgresql.replication.ReplicationSlotInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads every table as it was at one commit: where a new slot begins to stream. Rows come by COPY,
 * in PostgreSQL's own text, as the stream brings them too.
 */
final class Snapshot {

  private static final Logger LOG = LoggerFactory.getLogger(Snapshot.class);

  /** Rows in one Kafka transaction: seconds of work, far below any broker's longest transaction. */
  private static final int PART_ROWS = 50_000;

  /** Bytes in one Kafka transaction, where rows are long. */
  private static final long PART_BYTES = 256L << 20;

  private static final int PROGRESS_ROWS = 10_000;

  private final Database source;
  private final String prefix;
  private final List<CapturedTable> tables;
  private final EpochWriter writer;
  private final StageListener listener;
  private final Closing closing;
  private final Failpoint failpoint;

  Snapshot(
      Database source,
      String prefix,
      List<CapturedTable> tables,
      EpochWriter writer,
      StageListener listener,
      Closing closing,
      Failpoint failpoint) {
    this.source = source;
    this.prefix = prefix;
    this.tables = tables;
    this.writer = writer;
    this.listener = listener;
    this.closing = closing;
    this.failpoint = failpoint;
  }

  /**
   * Makes the slot, reads the tables and commits them as one epoch.
   *
   * @param slot the slot's name; it must not exist
   * @param truncate whether the topics hold something that this snapshot must take away first
   * @param answers what the epoch says beside
   * @return the epoch, whose LSN is where the slot begins
   */
  Epoch take(String slot, boolean truncate, Rereads answers)
      throws SQLException, InterruptedException {
    listener.says(
        "The snapshot begins once the transactions that are open in the source have ended.");
    Instant before = clock();
    try (Connection replication = SourceSession.openReplication(source);
        Closing.Registration ignored = closing.register(replication::close)) {
      ReplicationSlotInfo made =
          replication
              .unwrap(PGConnection.class)
              .getReplicationAPI()
              .createReplicationSlot()
              .logical()
              .withSlotName(slot)
              .withOutputPlugin("pgoutput")
              .make();
      failpoint.reached(Moment.SLOT_CREATED);
      Lsn lsn = Lsn.parse(made.getConsistentPoint().asString());
      try (Connection connection = SourceSession.open(source);
          Closing.Registration alsoIgnored = closing.register(connection::close)) {
        enter(
            connection,
            Objects.requireNonNull(made.getSnapshotName(), "a new slot exports a snapshot"));
        LOG.info("snapshot begins: slot={} lsn={} tables={}", slot, lsn, tables.size());
        for (CapturedTable table : tables) {
          copy(
              connection,
              table,
              new SnapshotRow(table, prefix, source.name(), lsn, before, "true"),
              truncate);
        }
        return writer.commit(lsn, before, null, answers, null);
      }
    }
  }

  /**
   * The snapshot's moment, as far as it may be claimed: what anybody could have read in the source
   * by then has its commit before the point at which a slot begins that is made now. Of what is
   * committed while the slot is being made nobody knows on which side of that point it is.
   */
  private Instant clock() throws SQLException {
    try (Connection connection = SourceSession.open(source)) {
      return SourceServer.clock(connection);
    }
  }

  private static void enter(Connection connection, String snapshot) throws SQLException {
    SourceSession.execute(connection, SourceSession.TEXT_FORM);
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
      statement.execute("SET TRANSACTION SNAPSHOT '" + snapshot + "'");
      statement.execute("SET LOCAL statement_timeout = 0");
      statement.execute("SET LOCAL idle_in_transaction_session_timeout = 0");
    }
  }

  private void copy(Connection connection, CapturedTable table, SnapshotRow row, boolean truncate)
      throws SQLException, InterruptedException {
    String work = "reading " + table.name();
    if (truncate) {
      writer.broadcast(table.topic(), TruncateKey.of(table.keyNames()), row.truncate());
    }
    String columns =
        table.columns().stream()
            .map(column -> Identifiers.quote(column.name()))
            .collect(Collectors.joining(", "));
    CopyOut copy =
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyOut(
                "COPY (SELECT " + columns + " FROM ONLY " + table.name().quoted() + ") TO STDOUT");
    long rows = 0;
    long partRows = 0;
    long partBytes = 0;
    for (byte[] text = copy.readFromCopy(); text != null; text = copy.readFromCopy()) {
      row.read(text);
      byte[] value = row.value();
      writer.send(table.topic(), row.key(), value);
      rows++;
      partBytes += value.length;
      if (++partRows >= PART_ROWS || partBytes >= PART_BYTES) {
        writer.commitPart();
        failpoint.reached(Moment.IN_SNAPSHOT);
        partRows = 0;
        partBytes = 0;
      }
      if (rows % PROGRESS_ROWS == 0) {
        closing.throwIfAsked();
        listener.progress(
            work, rows, table.estimatedRows() < 0 ? -1 : Math.max(rows, table.estimatedRows()));
      }
    }
    listener.progress(work, rows, rows);
    LOG.info("table read: table={} rows={}", table.name(), rows);
  }
}
