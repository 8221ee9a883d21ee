package io.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headrace.cli.settings.Environment;
import io.headrace.testing.TestDatabase;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpIT {
  private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

  @TempDir Path data;

  private final int sourcePort = freePort();
  private final int warehousePort = freePort();
  private final int kafkaPort = freePort();

  /** One {@code up}, as a user sees it. */
  private final class Running implements AutoCloseable {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Stop stop = new Stop();
    private final CompletableFuture<Integer> code =
        CompletableFuture.supplyAsync(
            () ->
                Main.run(
                    new String[] {
                      "up",
                      "--data=" + data,
                      "--source-port=" + sourcePort,
                      "--warehouse-port=" + warehousePort,
                      "--kafka-port=" + kafkaPort
                    },
                    new Context(
                        new Environment(Map.of()),
                        REPOSITORY,
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        stop)));

    void awaitReady() {
      await()
          .atMost(Duration.ofMinutes(3))
          .failFast(() -> assertThat(code).as(() -> out + "\n" + err).isNotDone())
          .until(() -> out.toString().contains("\nready\n"));
    }

    @Override
    public void close() throws Exception {
      stop.ask();
      assertThat(code.get(1, TimeUnit.MINUTES)).as(() -> out + "\n" + err).isZero();
    }
  }

  @Test
  void fillsTheWarehouseFollowsTheSourceAndGoesOnAfterARestart() throws Exception {
    try (Running up = new Running()) {
      up.awaitReady();
      assertThat(up.out.toString())
          .contains("psql \"postgresql://postgres:postgres@127.0.0.1:" + sourcePort + "/postgres\"")
          .contains(
              "psql \"postgresql://postgres:postgres@127.0.0.1:" + warehousePort + "/postgres\"");
      assertThat(warehouse("SELECT count(*) FROM lesson_stream_dm")).isEqualTo("12");
      replayTakesDamageAway("--verify");
      replayTakesDamageAway("--table=f_lesson");
      source("UPDATE stream SET course_id = 4 WHERE id = 1");
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> !warehouse("SELECT count(*) FROM f_lesson WHERE course_id = 4").equals("0"));
    }
    try (Running again = new Running()) {
      again.awaitReady();
      source("DELETE FROM stream_module_lesson WHERE id = 1");
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> warehouse("SELECT count(*) FROM f_lesson").equals("11"));
    }
  }

  private void replayTakesDamageAway(String option) throws SQLException {
    try (Connection connection = connect(warehousePort);
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE f_lesson SET title = 'damaged' WHERE id = 3");
      statement.execute("DELETE FROM f_lesson WHERE id = 4");
    }
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.run(
            new String[] {
              "replay",
              option,
              "--data=" + data,
              "--source-port=" + sourcePort,
              "--warehouse-port=" + warehousePort,
              "--kafka-port=" + kafkaPort
            },
            new Context(
                new Environment(Map.of()),
                REPOSITORY,
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                new Stop()));
    assertThat(code).as(() -> out + "\n" + err).isZero();
    assertThat(out.toString())
        .contains("f_lesson: 12 rows; of the live star's 1 are missing, 0 too many, 1 different");
    assertThat(warehouse("SELECT count(*) FROM f_lesson WHERE title <> 'damaged'")).isEqualTo("12");
  }

  private void source(String sql) throws SQLException {
    try (Connection connection = connect(sourcePort);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private String warehouse(String sql) throws SQLException {
    try (Connection connection = connect(warehousePort);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private static Connection connect(int port) throws SQLException {
    return new TestDatabase("127.0.0.1", port, "postgres", "postgres", "postgres").connect();
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
