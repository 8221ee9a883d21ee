package io.headrace.capture;

import io.headrace.capture.CatalogTable.CatalogColumn;
import io.headrace.stage.Database;
import io.headrace.star.Column;
import io.headrace.star.DataType;
import io.headrace.star.SourceTable;
import io.headrace.star.Star;
import io.headrace.star.TableName;
import io.headrace.testing.TestDatabase;
import io.headrace.testing.TestServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** A source database of a test. */
final class Source {

  private static final long BOOLEAN = 16;

  private final Database database;

  Source(String... statements) {
    TestDatabase created = TestServers.newDatabase("capture");
    database =
        new Database(
            created.host(), created.port(), created.name(), created.user(), created.password());
    run(statements);
  }

  Database database() {
    return database;
  }

  /** Runs statements, each in a transaction of its own. */
  void run(String... statements) {
    try (Connection connection = database.connect("test");
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  String value(String sql) {
    try (Connection connection = database.connect("test");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** A star that reads all columns of these tables of the schema public. */
  Star star(String... tables) {
    try (Connection connection = database.connect("test")) {
      List<SourceTable> sources = new ArrayList<>();
      for (String table : new TreeSet<>(Arrays.asList(tables))) {
        sources.add(table(SourceCatalog.read(connection, new TableName("public", table))));
      }
      return new Star(List.of(), sources, "00000000");
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static SourceTable table(CatalogTable found) {
    List<String> names = found.columns().stream().map(CatalogColumn::name).toList();
    return new SourceTable(
        found.name(),
        found.columns().stream()
            .map(
                column ->
                    new Column(
                        column.name(),
                        new DataType("any", ColumnJson.family(column.baseType())),
                        Column.Absent.NULL))
            .toList(),
        found.key().stream().map(names::indexOf).toList());
  }

  /** Every row of a table, each column as PostgreSQL's text, by the text of its first column. */
  TreeMap<String, List<String>> rows(String table) {
    try (Connection connection = database.connect("test");
        Statement statement = connection.createStatement()) {
      for (String sql : SourceSession.TEXT_FORM) {
        statement.execute(sql);
      }
      List<String> columns = new ArrayList<>();
      for (CatalogColumn column :
          SourceCatalog.read(connection, new TableName("public", table)).columns()) {
        // A cast to text is not always what the output function writes: inet, "char", bpchar.
        String quoted = "\"" + column.name() + "\"";
        columns.add(
            column.baseType() == BOOLEAN
                ? quoted + "::text"
                : "CASE WHEN "
                    + quoted
                    + "::text IS NOT NULL THEN format('%s', "
                    + quoted
                    + ") END");
      }
      TreeMap<String, List<String>> rows = new TreeMap<>();
      try (ResultSet row =
          statement.executeQuery(
              "SELECT " + String.join(", ", columns) + " FROM \"" + table + "\"")) {
        while (row.next()) {
          List<String> values = new ArrayList<>();
          for (int i = 1; i <= columns.size(); i++) {
            values.add(row.getString(i));
          }
          rows.put(values.get(0), values);
        }
      }
      return rows;
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
