package io.headrace.sink;

import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import io.headrace.stage.StageListener;
import io.headrace.star.Star;
import io.headrace.star.StarTable;
import io.headrace.wire.Lsn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The record of an empty warehouse that is filled before any stage works on it: whether it may be
 * filled, how far it is, that it is whole. One at a time on a warehouse; it stands in {@code
 * headrace.replay} with no definition that it replaces.
 */
public final class WarehouseFill implements AutoCloseable {
  private final Database warehouse;
  private final Connection connection;
  private final ReplayLog log;
  private final long id;

  private WarehouseFill(Database warehouse, Connection connection, ReplayLog log, long id) {
    this.warehouse = warehouse;
    this.connection = connection;
    this.log = log;
    this.id = id;
  }

  /**
   * Begins, or goes on with one that was interrupted.
   *
   * @param generation the definition that the warehouse is to show
   * @throws StageException when the warehouse has a star already
   */
  public static WarehouseFill begin(Database warehouse, String generation, StageListener listener) {
    LiveStar shown = LiveStar.of(warehouse);
    Connection connection = null;
    try {
      connection = warehouse.connect("headrace replay");
      String begun = begun(connection);
      if (begun == null && shown != null) {
        throw new StageException(
            StageException.Kind.SETTINGS,
            warehouse
                + " must be an empty warehouse but has a star already: headrace.position has a row");
      }
      if (begun != null && !begun.equals(generation)) {
        throw new StageException(
            StageException.Kind.SETTINGS,
            warehouse
                + " has been filled in part by other SQL (generation "
                + begun
                + "): name an empty database, or go on with that SQL");
      }
      WarehouseSchema.migrateOwn(warehouse);
      ReplayConnection.lock(connection, warehouse);
      if (begun != null) {
        listener.says("Goes on with the warehouse that was begun earlier.");
      }
      ReplayLog log = new ReplayLog(connection);
      return new WarehouseFill(warehouse, connection, log, log.begin("", generation));
    } catch (SQLException | RuntimeException e) {
      ReplayConnection.close(connection);
      throw e instanceof RuntimeException r ? r : failed(warehouse, (SQLException) e);
    }
  }

  /** The definition of a filling that has not come to its end; null when there is none. */
  private static @Nullable String begun(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (!Shadow.exists(statement, "headrace.replay")) {
        return null;
      }
      try (ResultSet row =
          statement.executeQuery(
              "SELECT to_generation FROM (SELECT * FROM headrace.replay ORDER BY id DESC LIMIT 1) AS last"
                  + " WHERE from_generation = '' AND state IN ('building', 'failed')")) {
        return row.next() ? row.getString(1) : null;
      }
    }
  }

  /** Whether the warehouse shows what the source had at a position. */
  public boolean shows(Lsn lsn) {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT EXISTS (SELECT FROM headrace.position WHERE lsn >= ?::pg_lsn)")) {
      select.setString(1, lsn.toString());
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    } catch (SQLException e) {
      throw failed(warehouse, e);
    }
  }

  /**
   * Fills the marts, now that the tables are full and nobody fills them any more.
   *
   * @return the rows of each table
   */
  public Map<String, Long> finish(Star star, StageListener listener) {
    MartRefresh.refresh(warehouse, listener);
    Map<String, Long> rows = new LinkedHashMap<>();
    try (Statement statement = connection.createStatement()) {
      FirstLoad.martsFilled(connection, star.generation());
      for (StarTable table : star.tables()) {
        Target target = Target.find(connection, warehouse, table);
        try (ResultSet row =
            statement.executeQuery("SELECT count(*) FROM " + target.name().quoted())) {
          row.next();
          rows.put(table.name(), row.getLong(1));
        }
      }
      log.mended(id, rows.values().stream().mapToLong(Long::longValue).sum());
      return rows;
    } catch (SQLException e) {
      throw failed(warehouse, e);
    }
  }

  /** Notes why it was not finished. */
  public void failed(@Nullable String why) {
    log.failed(id, why);
  }

  private static StageException failed(Database warehouse, SQLException e) {
    return new StageException(
        StageException.Kind.FAILED,
        warehouse + " cannot be filled: " + new SqlFailure(e).sentence(),
        e);
  }

  @Override
  public void close() {
    ReplayConnection.close(connection);
  }
}
