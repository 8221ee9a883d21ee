package io.headrace.verify;

import io.headrace.sink.WarehouseSchema;
import io.headrace.stage.Database;
import io.headrace.star.Star;
import io.headrace.star.StarCompiler;
import io.headrace.star.StarFile;
import io.headrace.star.StarFiles;
import io.headrace.testing.TestDatabase;
import io.headrace.testing.TestServers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postgresql.PGConnection;

/** A source and a warehouse that is equal to it until somebody plants a difference. */
final class Sides {
  final Database source;
  final Database warehouse;
  final List<StarFile> files;
  final Star star;

  private Sides(Database source, Database warehouse, List<StarFile> files, Star star) {
    this.source = source;
    this.warehouse = warehouse;
    this.files = files;
    this.star = star;
  }

  /**
   * Makes them.
   *
   * @param sql the star's folder
   * @param more rows for the source besides the folder's
   */
  static Sides of(Path sql, String more) throws IOException, SQLException {
    Database source = database("source");
    Database warehouse = database("warehouse");
    try (Stream<Path> scripts = Files.list(sql.resolve("source"))) {
      for (Path script : scripts.sorted().toList()) {
        execute(source, Files.readString(script));
      }
    }
    execute(source, more);
    WarehouseSchema.migrate(warehouse, sql.resolve("warehouse"));
    List<StarFile> files = StarFiles.read(sql);
    try (Connection there = source.connect("test");
        Connection here = warehouse.connect("test")) {
      Star star = StarCompiler.compile(files, there, here);
      execute(
          warehouse,
          "INSERT INTO headrace.position VALUES (7, '0/1', now(), '"
              + star.generation()
              + "', now())");
      Sides sides = new Sides(source, warehouse, files, star);
      sides.fill(there, here);
      return sides;
    }
  }

  private static Database database(String purpose) {
    TestDatabase database = TestServers.newDatabase(purpose);
    return new Database(
        database.host(), database.port(), database.name(), database.user(), database.password());
  }

  /** Makes the warehouse equal again. */
  void refill() throws SQLException {
    try (Connection there = source.connect("test");
        Connection here = warehouse.connect("test")) {
      for (StarFile file : files) {
        inWarehouse("DELETE FROM " + file.name());
      }
      fill(there, here);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As a batch would do it, past everything that is tested here. */
  private void fill(Connection there, Connection here) throws SQLException, IOException {
    try (Statement statement = here.createStatement()) {
      statement.execute("SET session_replication_role = replica"); // no foreign keys
    }
    for (StarFile file : files) {
      ByteArrayOutputStream rows = new ByteArrayOutputStream();
      there
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyOut("COPY (" + file.select() + "\n) TO STDOUT", rows);
      String columns =
          star.tables().stream()
              .filter(table -> table.name().equals(file.name()))
              .flatMap(table -> table.query().columns().stream())
              .map(column -> '"' + column + '"')
              .collect(Collectors.joining(", "));
      here.unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn(
              "COPY " + file.name() + " (" + columns + ") FROM STDIN",
              new ByteArrayInputStream(rows.toByteArray()));
    }
  }

  static void execute(Database database, String sql) throws SQLException {
    try (Connection connection = database.connect("test");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  void inWarehouse(String sql) throws SQLException {
    execute(warehouse, "SET session_replication_role = replica; " + sql);
  }

  static List<String> rows(Database database, String sql) throws SQLException {
    try (Connection connection = database.connect("test");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      while (row.next()) {
        rows.add(row.getString(1));
      }
      return rows;
    }
  }

  Verifier verifier() {
    return new Verifier(star, files, warehouse, new Silent(), () -> false);
  }

  /** Nothing is written meanwhile: any two snapshots are aligned. */
  Method aligned() {
    return new Method.Aligned(PlainSnapshots.of(source, warehouse));
  }
}
