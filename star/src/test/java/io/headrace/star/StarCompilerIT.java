package io.headrace.star;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.testing.TestServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The plan's rows, staged and selected in the warehouse, are the rows of the author's SELECT in the
 * source.
 */
class StarCompilerIT {

  static List<Path> stars() {
    return List.of(Examples.SCHOOL, Examples.SHOP);
  }

  @ParameterizedTest
  @MethodSource("stars")
  void theWarehouseQueryOverStagedFactsReturnsWhatTheSelectReturns(Path folder) throws Exception {
    Examples example = Examples.open(folder);
    try (Connection source = example.source().connect();
        Connection warehouse = example.warehouse().connect()) {
      StagedRows.assertEqual(StarFiles.read(folder), source, warehouse);
    }
  }

  @ParameterizedTest
  @MethodSource("stars")
  void theGenerationIsTheSameForThoseWhoDoNotKnowTheWarehouse(Path folder) throws Exception {
    Examples example = Examples.open(folder);
    List<StarFile> files = StarFiles.read(folder);
    try (Connection source = example.source().connect();
        Connection warehouse = example.warehouse().connect()) {
      Star sink = StarCompiler.compile(files, source, warehouse);
      Star others = StarCompiler.compile(files, source);
      assertThat(others.generation()).isEqualTo(sink.generation()).matches("[0-9a-f]{8}");
      assertThat(others.sources()).isEqualTo(sink.sources());
      assertThat(others.tables().stream().map(StarTable::inputs).toList())
          .isEqualTo(sink.tables().stream().map(StarTable::inputs).toList());
    }
  }

  /** What a role lacks the capture says, all at once. */
  @ParameterizedTest
  @MethodSource("stars")
  void aRoleThatMayNotReadTheTablesCompilesTheSame(Path folder) throws Exception {
    Examples example = Examples.open(folder);
    List<StarFile> files = StarFiles.read(folder);
    String role = TestServers.uniqueName("stranger");
    try (Connection source = example.source().connect();
        Connection warehouse = example.warehouse().connect()) {
      Databases.run(source, "CREATE ROLE " + role + " LOGIN PASSWORD 'secret'");
      try (Connection stranger =
          DriverManager.getConnection(example.source().jdbcUrl(), role, "secret")) {
        String generation = StarCompiler.compile(files, source).generation();
        assertThat(StarCompiler.compile(files, stranger).generation()).isEqualTo(generation);
        assertThat(StarCompiler.compile(files, stranger, warehouse).generation())
            .isEqualTo(generation);
      }
    }
  }
}
