package io.headrace.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.testing.TestDatabase;
import io.headrace.testing.TestServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SinkStateIT {
  private final TestDatabase database = TestServers.newDatabase("rows");

  @Test
  void knowsTheRowsAlsoWhenTheStatisticsWereLost() throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE small AS SELECT n FROM generate_series(1, 5) n");
      statement.execute("CREATE TABLE \"Large\" AS SELECT n FROM generate_series(1, 100000) n");
      statement.execute("ANALYZE \"Large\"");
      statement.execute("SELECT pg_stat_reset()"); // as a crash does

      List<SinkState.Table> tables =
          SinkState.tables(connection, List.of("small", "\"Large\"", "none"));

      assertThat(tables).extracting(t -> t.name().table()).containsExactly("small", "Large");
      assertThat(tables.get(0).rows()).isEqualTo(5);
      assertThat(tables.get(1).rows()).isBetween(99_000L, 101_000L);
    }
  }

  @Test
  void waitsForNobodyWhoRewritesATable() throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE rewritten AS SELECT n FROM generate_series(1, 5) n");
      statement.execute("ANALYZE rewritten");
      statement.execute("INSERT INTO rewritten VALUES (6)");

      assertThat(rowsWhileLocked(connection, "rewritten")).isEqualTo(5);
      assertThat(rows(connection, "rewritten")).isEqualTo(6);
    }
  }

  @Test
  void doesNotGuessTheRowsOfATableThatWasNeverAnalyzed() throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE unknown (n int)");
      statement.execute("INSERT INTO unknown VALUES (1)");

      assertThat(rowsWhileLocked(connection, "unknown")).isNull();
    }
  }

  private @Nullable Long rowsWhileLocked(Connection connection, String table) throws SQLException {
    try (Connection other = database.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("LOCK TABLE " + table);
      Long rows = rows(connection, table);
      other.rollback();
      return rows;
    }
  }

  private static @Nullable Long rows(Connection connection, String table) throws SQLException {
    return SinkState.tables(connection, List.of(table)).get(0).rows();
  }
}
