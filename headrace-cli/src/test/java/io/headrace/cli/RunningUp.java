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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One {@code up} over the shipped example, as a user sees it. */
final class RunningUp implements AutoCloseable {
  static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

  /** Where one listens; the next over the same data listens there too. */
  record Ports(int source, int warehouse, int kafka, int console) {
    static Ports free() {
      return new Ports(freePort(), freePort(), freePort(), freePort());
    }

    private static int freePort() {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Stop stop = new Stop();
  private final Path data;
  private final Ports ports;
  private final CompletableFuture<Integer> code;

  RunningUp(Path data, Ports ports) {
    this.data = data;
    this.ports = ports;
    code =
        CompletableFuture.supplyAsync(
            () ->
                Main.run(arguments("up", "--console-port=" + ports.console()), context(out, err)));
  }

  /** And all that is said with it. */
  void awaitReady() {
    await()
        .atMost(Duration.ofMinutes(3))
        .failFast(() -> assertThat(code).as(() -> out + "\n" + err).isNotDone())
        .until(
            () -> out.toString().contains("\nready\n") && out.toString().contains("Ctrl-C stops"));
  }

  /** Runs another command on it, to its end; returns what it said. */
  String command(String... arguments) {
    StringWriter said = new StringWriter();
    StringWriter failed = new StringWriter();
    int result = Main.run(arguments(arguments), context(said, failed, new Stop()));
    assertThat(result).as(() -> said + "\n" + failed).isZero();
    return said.toString();
  }

  void source(String sql) throws SQLException {
    execute(ports.source(), sql);
  }

  void inWarehouse(String sql) throws SQLException {
    execute(ports.warehouse(), sql);
  }

  /** The one value that a query of the warehouse returns. */
  String warehouse(String sql) throws SQLException {
    try (Connection connection = connect(ports.warehouse());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  @Override
  public void close() throws Exception {
    stop.ask();
    assertThat(code.get(1, TimeUnit.MINUTES)).as(() -> out + "\n" + err).isZero();
  }

  private String[] arguments(String... first) {
    List<String> arguments = new ArrayList<>(List.of(first));
    arguments.add("--data=" + data);
    arguments.add("--source-port=" + ports.source());
    arguments.add("--warehouse-port=" + ports.warehouse());
    arguments.add("--kafka-port=" + ports.kafka());
    return arguments.toArray(String[]::new);
  }

  private Context context(StringWriter says, StringWriter fails) {
    return context(says, fails, stop);
  }

  private static Context context(StringWriter says, StringWriter fails, Stop stop) {
    return new Context(
        new Environment(Map.of()),
        REPOSITORY,
        new PrintWriter(says, true),
        new PrintWriter(fails, true),
        stop);
  }

  private static void execute(int port, String sql) throws SQLException {
    try (Connection connection = connect(port);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static Connection connect(int port) throws SQLException {
    return new TestDatabase("127.0.0.1", port, "postgres", "postgres", "postgres").connect();
  }
}
