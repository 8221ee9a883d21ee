package io.headrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalPostgresIT {
  @TempDir Path folder;

  @Test
  void isDurableAndReadyForLogicalReplication() throws SQLException {
    try (LocalPostgres postgres = start(folder, 0)) {
      assertThat(query(postgres, "SHOW fsync")).isEqualTo("on");
      assertThat(query(postgres, "SHOW synchronous_commit")).isEqualTo("on");
      assertThat(query(postgres, "SHOW full_page_writes")).isEqualTo("on");
      assertThat(query(postgres, "SHOW wal_level")).isEqualTo("logical");
      assertThat(query(postgres, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
      assertThat(query(postgres, "SHOW server_version")).startsWith("18.");
      assertThat(query(postgres, "SELECT upper('grün')")).isEqualTo("GRÜN");
    }
  }

  @Test
  void goesOnWhereItStopped() throws SQLException {
    try (LocalPostgres postgres = start(folder, 0)) {
      execute(postgres, "CREATE TABLE course AS SELECT 7 AS id");
    }
    try (LocalPostgres postgres = start(folder, 0)) {
      assertThat(query(postgres, "SELECT id FROM course")).isEqualTo("7");
    }
  }

  @Test
  void takesOverFromAServerLeftBehindByAKilledProcess() throws Exception {
    Process orphaned = startInAnotherJvm();
    orphaned.destroyForcibly().waitFor();
    Postmaster leftOver = Postmaster.of(folder.resolve("data")).orElseThrow();

    try (LocalPostgres postgres = start(folder, 0)) {
      assertThat(query(postgres, "SELECT id FROM course")).isEqualTo("7");
      assertThat(ProcessHandle.of(leftOver.pid()).filter(ProcessHandle::isAlive)).isEmpty();
    }
  }

  @Test
  void beginsAgainWhenItsFirstStartWasInterrupted() throws Exception {
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(folder.resolve("data/postgresql.conf"), "half written");
    try (LocalPostgres postgres = start(folder, 0)) {
      assertThat(query(postgres, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void refusesABusyPort() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> start(folder, other.getLocalPort()))
          .isInstanceOf(EmbeddedServerException.class)
          .hasMessageContaining("Port " + other.getLocalPort() + " on 127.0.0.1 cannot be used")
          .hasMessageContaining("the source");
    }
  }

  @Test
  void refusesAFolderInUse() {
    LocalPostgres first = start(folder, 0);
    try (first) {
      assertThatThrownBy(() -> start(folder, 0))
          .isInstanceOf(EmbeddedServerException.class)
          .hasMessage("The folder " + folder + " of the source is in use by another process.");
    }
  }

  @Test
  void refusesDataOfAnotherVersion() throws IOException {
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(folder.resolve("complete"), "17\n");
    Files.writeString(folder.resolve("data/PG_VERSION"), "17\n");
    assertThatThrownBy(() -> start(folder, 0))
        .isInstanceOf(EmbeddedServerException.class)
        .hasMessageContaining(
            "were written by PostgreSQL 17, but this program brings PostgreSQL 18");
  }

  @Test
  void saysInPostgresWordsWhyItCannotStart() throws IOException {
    start(folder, 0).close();
    Files.writeString(folder.resolve("data/postgresql.conf"), "no_such_parameter = 1\n");
    assertThatThrownBy(() -> start(folder, 0))
        .isInstanceOf(EmbeddedServerException.class)
        .hasMessageContaining("unrecognized configuration parameter \"no_such_parameter\"");
  }

  private Process startInAnotherJvm() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                PostgresInItsOwnJvm.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.inputReader().lines().anyMatch("up"::equals)).isTrue();
    return process;
  }

  static LocalPostgres start(Path folder, int port) {
    return LocalPostgres.start(new LocalPostgres.Settings("the source", folder, port));
  }

  static void execute(LocalPostgres postgres, String sql) throws SQLException {
    try (Connection connection = connect(postgres);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String query(LocalPostgres postgres, String sql) throws SQLException {
    try (Connection connection = connect(postgres);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static Connection connect(LocalPostgres postgres) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://" + postgres.host() + ":" + postgres.port() + "/" + postgres.database(),
        postgres.user(),
        postgres.password());
  }
}
