package io.headrace.bench;

import io.headrace.embedded.LocalPostgres;
import io.headrace.stage.Database;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The two databases: the embedded ones, as durable as they are under {@code up}. */
final class Servers implements AutoCloseable {

  private final LocalPostgres source;
  private final LocalPostgres warehouse;

  private Servers(LocalPostgres source, LocalPostgres warehouse) {
    this.source = source;
    this.warehouse = warehouse;
  }

  /**
   * Starts both on free ports.
   *
   * @param data folder for their data
   */
  static Servers start(Path data) {
    LocalPostgres source = start("the source", data.resolve("source"));
    try {
      return new Servers(source, start("the warehouse", data.resolve("warehouse")));
    } catch (RuntimeException e) {
      source.close();
      throw e;
    }
  }

  private static LocalPostgres start(String name, Path folder) {
    return LocalPostgres.start(new LocalPostgres.Settings(name, folder, 0));
  }

  Database source() {
    return database(source);
  }

  Database warehouse() {
    return database(warehouse);
  }

  private static Database database(LocalPostgres server) {
    return new Database(
        server.host(), server.port(), server.database(), server.user(), server.password());
  }

  /** The server's process and its children. */
  static ProcessTree tree(Database database) throws SQLException {
    try (Connection connection = database.connect("headrace bench");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      long backend = row.getLong(1);
      return new ProcessTree(
          ProcessHandle.of(backend)
              .flatMap(ProcessHandle::parent)
              .orElseThrow(
                  () ->
                      new SQLException(
                          "process " + backend + " of " + database + " is not visible")));
    }
  }

  @Override
  public void close() {
    try {
      source.close();
    } finally {
      warehouse.close();
    }
  }
}
