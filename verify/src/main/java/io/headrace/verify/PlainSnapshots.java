package io.headrace.verify;

import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import io.headrace.wire.EpochMark;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots of both databases, one after the other: at the same commit only where nothing is
 * written meanwhile. The position is the warehouse's.
 */
public final class PlainSnapshots implements AlignedSnapshots {
  private static final String APPLICATION = "headrace verify";

  private final Connection source;
  private final Connection warehouse;
  private final EpochMark position;

  private PlainSnapshots(Connection source, Connection warehouse, EpochMark position) {
    this.source = source;
    this.warehouse = warehouse;
    this.position = position;
  }

  /** Takes them, the warehouse's first. */
  public static Aligner of(Database source, Database warehouse) {
    return () -> take(source, warehouse);
  }

  private static AlignedSnapshots take(Database source, Database warehouse) {
    @Nullable Connection there = null;
    @Nullable Connection here = null;
    try {
      here = begin(warehouse);
      EpochMark position = Standing.read(here).mark();
      there = begin(source);
      return new PlainSnapshots(there, here, position);
    } catch (SQLException e) {
      close(here);
      close(there);
      throw new StageException(
          StageException.Kind.FAILED,
          "No snapshot can be taken of "
              + (here == null ? warehouse : source)
              + ": "
              + e.getMessage(),
          e);
    }
  }

  private static Connection begin(Database database) throws SQLException {
    Connection connection = database.connect(APPLICATION);
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
      statement.execute("SELECT 1"); // the first query takes the snapshot
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
    return connection;
  }

  @Override
  public Connection source() {
    return source;
  }

  @Override
  public Connection warehouse() {
    return warehouse;
  }

  @Override
  public EpochMark position() {
    return position;
  }

  @Override
  public void close() {
    close(source);
    close(warehouse);
  }

  private static void close(@Nullable Connection connection) {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      throw new StageException(
          StageException.Kind.FAILED, "A snapshot cannot be ended: " + e.getMessage(), e);
    }
  }
}
