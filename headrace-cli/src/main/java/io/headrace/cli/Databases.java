package io.headrace.cli;

import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import io.headrace.star.Star;
import io.headrace.star.StarCompiler;
import io.headrace.star.StarFiles;
import io.headrace.star.TableName;
import io.headrace.wire.Lsn;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** What the commands themselves ask the databases. */
final class Databases {
  private static final String APPLICATION = "headrace";

  private Databases() {}

  /** Compiles the star against the source alone. */
  static Star compile(Path sql, Database source) {
    try (Connection connection = connect("source", source)) {
      return StarCompiler.compile(StarFiles.read(sql), connection);
    } catch (SQLException e) {
      throw unreachable("source", source, e);
    }
  }

  /** Where the source is now: whatever was committed before stands before it. */
  static Lsn position(Database source) {
    try (Connection connection = connect("source", source);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_current_wal_lsn()")) {
      row.next();
      return Lsn.parse(row.getString(1));
    } catch (SQLException e) {
      throw unreachable("source", source, e);
    }
  }

  /** Writes a message into the source's log. */
  static void emit(Database source, String prefix, String content) {
    try (Connection connection = connect("source", source);
        PreparedStatement emit =
            connection.prepareStatement("SELECT pg_logical_emit_message(true, ?, ?)")) {
      emit.setString(1, prefix);
      emit.setString(2, content);
      emit.execute();
    } catch (SQLException e) {
      throw unreachable("source", source, e);
    }
  }

  /** The planner's estimate of a table's rows; -1 when it has none. */
  static long estimatedRows(Database source, TableName table) {
    try (Connection connection = connect("source", source);
        PreparedStatement query =
            connection.prepareStatement(
                """
                SELECT c.reltuples::bigint FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = ? AND c.relname = ?""")) {
      query.setString(1, table.schema());
      query.setString(2, table.table());
      try (ResultSet row = query.executeQuery()) {
        return row.next() ? row.getLong(1) : -1;
      }
    } catch (SQLException e) {
      throw unreachable("source", source, e);
    }
  }

  private static Connection connect(String side, Database database) {
    try {
      return database.connect(APPLICATION);
    } catch (SQLException e) {
      throw unreachable(side, database, e);
    }
  }

  private static StageException unreachable(String side, Database database, SQLException cause) {
    return new StageException(
        StageException.Kind.FAILED,
        "The " + side + " " + database + " cannot be reached: " + cause.getMessage(),
        cause);
  }
}
