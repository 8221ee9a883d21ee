package io.headrace.star;

import io.headrace.testing.TestServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** An open source and an open warehouse for one test. */
record Databases(Connection source, Connection warehouse) implements AutoCloseable {

  static Databases open(String sourceSql, String warehouseSql) throws SQLException {
    Databases databases =
        new Databases(
            TestServers.newDatabase("source").connect(),
            TestServers.newDatabase("warehouse").connect());
    run(databases.source, sourceSql);
    run(databases.warehouse, warehouseSql);
    return databases;
  }

  static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The problems of one file; none when it compiles. */
  List<String> problems(String name, String sql) {
    try {
      StarCompiler.compile(List.of(file(name, sql)), source, warehouse);
      return List.of();
    } catch (StarRefusedException e) {
      return strings(e);
    }
  }

  /** The problems of one file for those who do not know the warehouse. */
  List<String> problemsInSource(String name, String sql) {
    try {
      StarCompiler.compile(List.of(file(name, sql)), source);
      return List.of();
    } catch (StarRefusedException e) {
      return strings(e);
    }
  }

  static StarFile file(String name, String sql) {
    return new StarFile(Path.of(name + ".sql"), name, sql);
  }

  private static List<String> strings(StarRefusedException e) {
    return new ArrayList<>(e.problems().stream().map(StarProblem::toString).toList());
  }

  @Override
  public void close() throws SQLException {
    source.close();
    warehouse.close();
  }
}
