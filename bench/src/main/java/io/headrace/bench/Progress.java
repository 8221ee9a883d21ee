package io.headrace.bench;

import io.headrace.stage.Database;
import io.headrace.wire.Lsn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Where the source is, and where the warehouse. Not for several threads. */
final class Progress implements AutoCloseable {

  private final Connection connection;
  private @Nullable PreparedStatement position;

  Progress(Database warehouse) throws SQLException {
    connection = warehouse.connect("headrace bench");
  }

  /**
   * The end of the source's last commit, when nothing else writes; on the connection that
   * committed. The flushed position, because the insert position may stand behind the header of a
   * page that nothing was written to yet.
   */
  static Lsn written(Connection source) throws SQLException {
    try (PreparedStatement statement =
            source.prepareStatement("SELECT pg_current_wal_flush_lsn()::text");
        ResultSet row = statement.executeQuery()) {
      row.next();
      return Lsn.parse(row.getString(1));
    }
  }

  /** What the warehouse shows; zero before the first load. */
  Lsn shown() throws SQLException {
    if (position == null) {
      position = connection.prepareStatement("SELECT lsn::text FROM headrace.position");
    }
    try (ResultSet row = position.executeQuery()) {
      return row.next() ? Lsn.parse(row.getString(1)) : new Lsn(0);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
