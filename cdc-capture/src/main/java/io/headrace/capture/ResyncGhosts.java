package io.headrace.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headrace.wire.Lsn;
import io.headrace.wire.Resync;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The next keys in the topic of a table that is captured again, as far as the source has none. */
final class ResyncGhosts implements Reread {

  private static final Logger LOG = LoggerFactory.getLogger(ResyncGhosts.class);

  /** PostgreSQL manual, appendix A: the class of data that are none of their type. */
  private static final String DATA_EXCEPTION = "22";

  private final Resync resync;
  private final RereadTables tables;
  private final CapturedTable known;
  private final TopicKeys topic;

  ResyncGhosts(Resync resync, RereadTables tables, TopicKeys topic) throws RefusedException {
    this.resync = resync;
    this.tables = tables;
    this.known = tables.captured(resync.table());
    this.topic = topic;
  }

  /** A key of the topic. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Key(byte[] bytes, List<String> texts) {}

  @Override
  public boolean again() {
    return false;
  }

  @Override
  public boolean concerns(RowKey row) {
    return row.topic().equals(known.topic());
  }

  @Override
  public boolean concerns(String ofTopic) {
    return ofTopic.equals(known.topic());
  }

  @Override
  public Answer read(Connection connection, Lsn low) throws SQLException, RefusedException {
    Place place = Place.of(resync);
    List<Key> keys = new ArrayList<>();
    if (place.partition < resync.until().size()) {
      TopicKeys.Batch batch =
          topic.read(
              known.topic(), place.partition, place.offset, resync.until().get(place.partition));
      batch.keys().forEach(key -> add(key, keys));
      place = place.after(batch.next(), resync);
    }
    VisibleTransactions visible = SourceReader.visible(connection);
    CapturedTable table = tables.now(connection, known);
    SnapshotRow row = tables.rows(connection, table, low);
    List<RereadRow> ghosts = new ArrayList<>();
    for (Key ghost : missing(connection, table, keys)) {
      ghosts.add(new RereadRow(table.topic(), ghost.bytes, null, row.delete(ghost.texts)));
    }
    return new Rows(visible, ghosts, place.toString(), 0, place.partition >= resync.until().size());
  }

  private void add(byte[] bytes, List<Key> keys) {
    try {
      keys.add(new Key(bytes, TableKey.texts(known, TableKey.values(new String(bytes, UTF_8)))));
    } catch (RefusedException e) {
      // A TRUNCATE's key, which has no values, or none of this table.
      LOG.debug("a key is passed over: {}", e.getMessage());
    }
  }

  private static List<Key> missing(Connection connection, CapturedTable table, List<Key> keys)
      throws SQLException {
    if (keys.isEmpty()) {
      return keys;
    }
    Savepoint before = connection.setSavepoint();
    try {
      return asked(connection, table, keys);
    } catch (SQLException e) {
      if (e.getSQLState() == null || !e.getSQLState().startsWith(DATA_EXCEPTION)) {
        throw e;
      }
      connection.rollback(before);
      if (keys.size() == 1) {
        LOG.warn("a key in the topic is none of the table {}: {}", table.name(), e.getMessage());
        return List.of();
      }
    }
    int middle = keys.size() / 2;
    List<Key> missing = new ArrayList<>(missing(connection, table, keys.subList(0, middle)));
    missing.addAll(missing(connection, table, keys.subList(middle, keys.size())));
    return missing;
  }

  private static List<Key> asked(Connection connection, CapturedTable table, List<Key> keys)
      throws SQLException {
    KeyValues values = new KeyValues(connection, table);
    String sql =
        "SELECT w.n FROM "
            + values.relation(keys.stream().map(Key::texts).toList())
            + " WHERE NOT EXISTS (SELECT FROM ONLY "
            + table.name().quoted()
            + " AS t WHERE "
            + values.equal()
            + ")";
    List<Key> missing = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        missing.add(keys.get(row.getInt(1)));
      }
    }
    return missing;
  }

  /** Where the pass goes on. */
  private record Place(int partition, long offset) {

    static Place of(Resync resync) {
      String after = resync.after();
      if (after == null) {
        return new Place(0, 0).after(0, resync);
      }
      int colon = after.indexOf(':');
      return new Place(
          Integer.parseInt(after.substring(0, colon)), Long.parseLong(after.substring(colon + 1)));
    }

    /** Partitions that are read to their end, or empty, are passed. */
    Place after(long next, Resync resync) {
      int at = partition;
      long from = next;
      while (at < resync.until().size() && from >= resync.until().get(at)) {
        at++;
        from = 0;
      }
      return new Place(at, from);
    }

    @Override
    public String toString() {
      return partition + ":" + offset;
    }
  }
}
