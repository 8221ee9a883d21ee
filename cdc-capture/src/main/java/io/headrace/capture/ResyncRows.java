package io.headrace.capture;

import io.headrace.star.Identifiers;
import io.headrace.wire.Lsn;
import io.headrace.wire.Resync;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/** The next rows of a table that is captured again, in the order of its primary key. */
final class ResyncRows implements Reread {

  private final Resync resync;
  private final RereadTables tables;
  private final CapturedTable known;
  private final ChunkSize size;

  ResyncRows(Resync resync, RereadTables tables, ChunkSize size) throws RefusedException {
    this.resync = resync;
    this.tables = tables;
    this.known = tables.captured(resync.table());
    this.size = size;
  }

  @Override
  public boolean again() {
    return false;
  }

  @Override
  public boolean concerns(RowKey row) {
    return row.topic().equals(known.topic());
  }

  @Override
  public boolean concerns(String topic) {
    return topic.equals(known.topic());
  }

  @Override
  public void prepare(Connection connection) throws SQLException, InterruptedException {
    if (resync.loading() && resync.after() == null) {
      EarlierWriters.await(connection, known.name());
    }
  }

  @Override
  public Answer read(Connection connection, Lsn low) throws SQLException, RefusedException {
    VisibleTransactions visible = SourceReader.visible(connection);
    CapturedTable table = tables.now(connection, known);
    SnapshotRow row = tables.rows(connection, table, low);
    List<RereadRow> rows = new ArrayList<>();
    int limit = size.rows();
    long begun = System.nanoTime();
    long bytes = 0;
    boolean full = false;
    CopyOut copy =
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyOut(sql(connection, table, resync.after(), limit));
    for (byte[] text = copy.readFromCopy(); text != null; text = copy.readFromCopy()) {
      if (!full) {
        row.read(text);
        byte[] value = row.value();
        rows.add(new RereadRow(table.topic(), row.key(), value, null));
        bytes += value.length;
        full = bytes > ChunkSize.MOST_BYTES;
      }
    }
    if (full) {
      size.filledBy(rows.size());
    } else {
      size.took(rows.size(), Duration.ofNanos(System.nanoTime() - begun));
    }
    return new Rows(
        visible,
        rows,
        rows.isEmpty()
            ? resync.after()
            : new String(rows.get(rows.size() - 1).key(), StandardCharsets.UTF_8),
        rows.size(),
        rows.size() < limit && !full);
  }

  private static String sql(
      Connection connection, CapturedTable table, @Nullable String after, int limit)
      throws SQLException, RefusedException {
    String columns =
        table.columns().stream()
            .map(column -> Identifiers.quote(column.name()))
            .collect(Collectors.joining(", "));
    String key =
        table.keyNames().stream().map(Identifiers::quote).collect(Collectors.joining(", "));
    String where = "";
    if (after != null) {
      List<String> literals = new ArrayList<>();
      for (String text : TableKey.texts(table, TableKey.values(after))) {
        literals.add(KeyValues.literal(connection, text));
      }
      where = " WHERE (" + key + ") > (" + String.join(", ", literals) + ")";
    }
    return "COPY (SELECT "
        + columns
        + " FROM ONLY "
        + table.name().quoted()
        + where
        + " ORDER BY "
        + key
        + " LIMIT "
        + limit
        + ") TO STDOUT";
  }
}
