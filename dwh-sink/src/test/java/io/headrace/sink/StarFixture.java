package io.headrace.sink;

import io.headrace.stage.Database;
import io.headrace.star.Star;
import io.headrace.star.StarCompiler;
import io.headrace.star.StarFile;
import io.headrace.testing.TestDatabase;
import io.headrace.testing.TestServers;
import io.headrace.wire.Topics;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A source, a warehouse and a star over them; the source only serves to compile the star and to
 * make facts.
 */
final class StarFixture {
  final TestDatabase source = TestServers.newDatabase("source");
  final TestDatabase warehouse;
  final Topics topics;
  Star star;
  int deadLetterLimit = SinkSettings.DEAD_LETTER_LIMIT;

  /**
   * Makes them.
   *
   * @param selects SELECT by target
   */
  StarFixture(String sourceSql, Map<String, String> selects, String warehouseSql) {
    this(TestServers.newDatabase("warehouse"), sourceSql, selects);
    inWarehouse(warehouseSql);
    redefine(selects);
  }

  /** As the other, over a warehouse that does not have the star's tables yet. */
  StarFixture(TestDatabase warehouse, String sourceSql, Map<String, String> selects) {
    this.warehouse = warehouse;
    this.topics = new Topics(TestServers.uniqueName("sink"));
    execute(source, sourceSql);
    star = compileSource(selects);
  }

  /** Another definition of the star over the same databases. */
  void redefine(Map<String, String> selects) {
    star = compile(selects);
  }

  Database warehouseAddress() {
    return address(warehouse);
  }

  SinkSettings settings() {
    return new SinkSettings(warehouseAddress(), TestServers.kafka(), topics)
        .withDeadLetterLimit(deadLetterLimit);
  }

  void inSource(String sql) {
    execute(source, sql);
  }

  void inWarehouse(String sql) {
    execute(warehouse, sql);
  }

  /** Rows of the warehouse, fields between commas, NULL as null. */
  List<String> rows(String sql) {
    return rows(warehouse, sql);
  }

  static List<String> rows(TestDatabase database, String sql) {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      return rows(statement, sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  static List<String> rows(Statement statement, String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        List<String> fields = new ArrayList<>();
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
          fields.add(String.valueOf(row.getString(i)));
        }
        rows.add(String.join(",", fields));
      }
    }
    return rows;
  }

  static Database address(TestDatabase database) {
    return new Database(
        database.host(), database.port(), database.name(), database.user(), database.password());
  }

  private Star compile(Map<String, String> selects) {
    try (Connection s = source.connect();
        Connection w = warehouse.connect()) {
      return StarCompiler.compile(files(selects), s, w);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private Star compileSource(Map<String, String> selects) {
    try (Connection s = source.connect()) {
      return StarCompiler.compile(files(selects), s);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<StarFile> files(Map<String, String> selects) {
    List<StarFile> files = new ArrayList<>();
    new TreeMap<>(selects)
        .forEach((name, sql) -> files.add(new StarFile(Path.of(name + ".sql"), name, sql)));
    return files;
  }

  private static void execute(TestDatabase database, String sql) {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }
}
