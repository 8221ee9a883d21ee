package io.headrace.pipeline;

import io.headrace.observe.Observed;
import io.headrace.sink.WarehouseSchema;
import io.headrace.stage.Database;
import io.headrace.star.SourceTable;
import io.headrace.star.Star;
import io.headrace.star.StarCompiler;
import io.headrace.star.StarFile;
import io.headrace.star.StarFiles;
import io.headrace.star.TableName;
import io.headrace.testing.TestDatabase;
import io.headrace.testing.TestServers;
import io.headrace.wire.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;

/**
 * A pipeline's surroundings: its databases, its broker, its star. Can be told to another process.
 *
 * @param source the source
 * @param warehouse the warehouse
 * @param kafka bootstrap servers
 * @param prefix of the topics
 * @param partitions of the topics
 * @param sql the folder with the star
 * @param state where the transform may keep its state
 * @param holdBack false only to see the promise broken
 * @param deadLetterLimit how many dead letters may wait; 0 where none is expected
 */
record Setup(
    Database source,
    Database warehouse,
    String kafka,
    String prefix,
    int partitions,
    Path sql,
    Path state,
    boolean holdBack,
    int deadLetterLimit) {

  /** New databases with the example's tables in them; in the source also its demo data. */
  static Setup of(Example example, int partitions) {
    return of(example.sql(), partitions);
  }

  /** The same for any folder of SQL. */
  static Setup of(Path sql, int partitions) {
    return on(
        database(TestServers.newDatabase("source")),
        database(TestServers.newDatabase("warehouse")),
        TestServers.kafka(),
        sql,
        partitions);
  }

  /** The same on servers of the test's own. */
  static Setup on(Database source, Database warehouse, String kafka, Example example) {
    return on(source, warehouse, kafka, example.sql(), 3);
  }

  private static Setup on(
      Database source, Database warehouse, String kafka, Path sql, int partitions) {
    String prefix = TestServers.uniqueName("pipeline");
    try {
      Setup setup =
          new Setup(
              source,
              warehouse,
              kafka,
              prefix,
              partitions,
              sql,
              Files.createTempDirectory("headrace-" + prefix),
              true,
              0);
      setup.applySource();
      setup.applyWarehouse();
      return setup;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Database database(TestDatabase database) {
    return new Database(
        database.host(), database.port(), database.name(), database.user(), database.password());
  }

  private void applySource() {
    try (Connection connection = source.connect("setup");
        Statement statement = connection.createStatement();
        Stream<Path> files = Files.list(sql.resolve("source"))) {
      for (Path file : files.sorted().toList()) {
        statement.execute(Files.readString(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException("could not apply " + sql.resolve("source"), e);
    }
  }

  /** Brings the warehouse's tables up to what the folder says. */
  void applyWarehouse() {
    WarehouseSchema.migrate(warehouse, sql.resolve("warehouse"));
  }

  Setup withoutHoldBack() {
    return new Setup(source, warehouse, kafka, prefix, partitions, sql, state, false, 0);
  }

  Setup withDeadLetters(int limit) {
    return new Setup(source, warehouse, kafka, prefix, partitions, sql, state, holdBack, limit);
  }

  Setup withKafka(String other) {
    return new Setup(
        source, warehouse, other, prefix, partitions, sql, state, holdBack, deadLetterLimit);
  }

  Setup withState(Path other) {
    return new Setup(
        source, warehouse, kafka, prefix, partitions, sql, other, holdBack, deadLetterLimit);
  }

  Setup withSource(Database other) {
    return new Setup(
        other, warehouse, kafka, prefix, partitions, sql, state, holdBack, deadLetterLimit);
  }

  Setup withWarehouse(Database other) {
    return new Setup(
        source, other, kafka, prefix, partitions, sql, state, holdBack, deadLetterLimit);
  }

  Setup withSql(Path other) {
    return new Setup(
        source, warehouse, kafka, prefix, partitions, other, state, holdBack, deadLetterLimit);
  }

  Topics topics() {
    return new Topics(prefix);
  }

  Star star() {
    try (Connection from = source.connect("setup");
        Connection to = warehouse.connect("setup")) {
      return StarCompiler.compile(StarFiles.read(sql), from, to);
    } catch (SQLException e) {
      throw new IllegalStateException("could not compile the star in " + sql, e);
    }
  }

  /** What a watch looks at. */
  Observed observed() {
    return new Observed(
        source,
        warehouse,
        kafka,
        topics(),
        StarFiles.read(sql).stream().map(StarFile::name).toList(),
        null);
  }

  List<TableName> tables() {
    return star().sources().stream().map(SourceTable::name).toList();
  }

  /** Runs statements on the source, each its own transaction. */
  void onSource(String... statements) throws SQLException {
    execute(source, statements);
  }

  void onWarehouse(String... statements) throws SQLException {
    execute(warehouse, statements);
  }

  private static void execute(Database database, String... statements) throws SQLException {
    try (Connection connection = database.connect("test");
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  List<String> toArguments() {
    return List.of(
        argument(source),
        argument(warehouse),
        kafka,
        prefix,
        Integer.toString(partitions),
        sql.toString(),
        state.toString(),
        Boolean.toString(holdBack),
        Integer.toString(deadLetterLimit));
  }

  private static String argument(Database database) {
    return String.join(
        "|",
        database.host(),
        Integer.toString(database.port()),
        database.name(),
        database.user(),
        database.password());
  }

  static Setup fromArguments(List<String> arguments) {
    return new Setup(
        database(arguments.get(0)),
        database(arguments.get(1)),
        arguments.get(2),
        arguments.get(3),
        Integer.parseInt(arguments.get(4)),
        Path.of(arguments.get(5)),
        Path.of(arguments.get(6)),
        Boolean.parseBoolean(arguments.get(7)),
        Integer.parseInt(arguments.get(8)));
  }

  private static Database database(String argument) {
    List<String> parts = List.of(argument.split("\\|", -1));
    return new Database(
        parts.get(0), Integer.parseInt(parts.get(1)), parts.get(2), parts.get(3), parts.get(4));
  }
}
