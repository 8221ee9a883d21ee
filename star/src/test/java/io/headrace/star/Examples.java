package io.headrace.star;

import io.headrace.testing.TestDatabase;
import io.headrace.testing.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;

/** A star with its source and its warehouse, both filled from its folder. */
record Examples(Path folder, TestDatabase source, TestDatabase warehouse) {

  static final Path SCHOOL = Path.of("../sql");
  static final Path SHOP = Path.of("../test-servers/src/main/resources/shop");

  static Examples open(Path folder) throws IOException, SQLException {
    Examples example =
        new Examples(
            folder, TestServers.newDatabase("source"), TestServers.newDatabase("warehouse"));
    apply(folder.resolve("source"), example.source);
    apply(folder.resolve("warehouse"), example.warehouse);
    return example;
  }

  private static void apply(Path folder, TestDatabase database) throws IOException, SQLException {
    try (Stream<Path> files = Files.list(folder);
        Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      for (Path file : files.sorted().toList()) {
        statement.execute(Files.readString(file));
      }
    }
  }
}
