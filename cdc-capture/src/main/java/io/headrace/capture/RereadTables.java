package io.headrace.capture;

import io.headrace.star.TableName;
import io.headrace.wire.Lsn;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The captured tables, for whoever reads rows of them once more. */
final class RereadTables {

  private final Map<TableName, CapturedTable> tables = new HashMap<>();
  private final String prefix;
  private final String database;
  private final int serverVersion;

  /**
   * The tables.
   *
   * @param prefix of the topics
   * @param database the source's name
   */
  RereadTables(List<CapturedTable> tables, String prefix, String database, int serverVersion) {
    tables.forEach(table -> this.tables.put(table.name(), table));
    this.prefix = prefix;
    this.database = database;
    this.serverVersion = serverVersion;
  }

  /** The table of that name. */
  CapturedTable captured(TableName name) throws Reread.RefusedException {
    CapturedTable table = tables.get(name);
    if (table == null) {
      throw new Reread.RefusedException("The star does not read the table " + name + ".");
    }
    return table;
  }

  /** The planner's estimate; -1 when it has none. */
  long estimatedRows(TableName name) {
    CapturedTable table = tables.get(name);
    return table == null ? -1 : table.estimatedRows();
  }

  /**
   * The table with the columns that it has now: the stream brings those that were added since the
   * capture started, so a row that is read must have them too.
   */
  CapturedTable now(Connection connection, CapturedTable table)
      throws SQLException, Reread.RefusedException {
    CatalogTable found = SourceCatalog.read(connection, table.name());
    if (found == null) {
      throw new Reread.RefusedException("The source has no table " + table.name() + " any more.");
    }
    CapturedTable now = table.as(found, serverVersion);
    if (!now.keyNames().equals(table.keyNames())) {
      throw new Reread.RefusedException(
          "The primary key of "
              + table.name()
              + " must stay "
              + table.keyNames()
              + " but is now "
              + found.key()
              + ".");
    }
    return now;
  }

  /** What makes records of a table's rows. */
  SnapshotRow rows(Connection connection, CapturedTable table, Lsn at) throws SQLException {
    return new SnapshotRow(table, prefix, database, at, began(connection), "incremental");
  }

  private static Instant began(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT (extract(epoch FROM now()) * 1000000)::bigint")) {
      row.next();
      long micros = row.getLong(1);
      return Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1000);
    }
  }
}
