package io.headrace.cli;

import io.headrace.cli.settings.Settings;
import io.headrace.embedded.EmbeddedServerException;
import io.headrace.embedded.LocalKafka;
import io.headrace.embedded.LocalPostgres;
import io.headrace.stage.Database;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The two databases and the brokers of {@code up}: the user's own, or embedded ones that end with
 * it.
 */
final class Servers implements AutoCloseable {
  private final Settings settings;
  private final @Nullable LocalPostgres source;
  private final @Nullable LocalPostgres warehouse;
  private final @Nullable LocalKafka kafka;

  private Servers(
      Settings settings,
      @Nullable LocalPostgres source,
      @Nullable LocalPostgres warehouse,
      @Nullable LocalKafka kafka) {
    this.settings = settings;
    this.source = source;
    this.warehouse = warehouse;
    this.kafka = kafka;
  }

  /**
   * Starts what is not the user's, all at once.
   *
   * @throws CommandException with everything that could not be started
   */
  static Servers start(Settings settings, DataFolder data, Console console) {
    CompletableFuture<@Nullable LocalPostgres> source =
        settings.source() != null
            ? CompletableFuture.completedFuture(null)
            : postgres("source", settings.sourcePort(), data, console);
    CompletableFuture<@Nullable LocalPostgres> warehouse =
        settings.warehouse() != null
            ? CompletableFuture.completedFuture(null)
            : postgres("warehouse", settings.warehousePort(), data, console);
    CompletableFuture<@Nullable LocalKafka> kafka =
        settings.kafka() != null
            ? CompletableFuture.completedFuture(null)
            : kafka(settings.kafkaPort(), data, console);
    List<String> problems =
        Stream.of(source, warehouse, kafka)
            .map(Servers::problem)
            .flatMap(Stream::ofNullable)
            .toList();
    Servers servers = new Servers(settings, started(source), started(warehouse), started(kafka));
    if (!problems.isEmpty()) {
      servers.close();
      throw new CommandException(String.join("\n", problems));
    }
    return servers;
  }

  private static CompletableFuture<@Nullable LocalPostgres> postgres(
      String side, int port, DataFolder data, Console console) {
    console.say("Starting PostgreSQL for the " + side + " on 127.0.0.1:" + port + ".");
    return CompletableFuture.supplyAsync(
        () ->
            LocalPostgres.start(
                new LocalPostgres.Settings("the " + side, data.resolve(side), port, Map.of())));
  }

  private static CompletableFuture<@Nullable LocalKafka> kafka(
      int port, DataFolder data, Console console) {
    console.say("Starting Kafka on 127.0.0.1:" + port + ".");
    return CompletableFuture.supplyAsync(
        () -> LocalKafka.start(new LocalKafka.Settings(data.resolve("kafka"), port)));
  }

  /** Waits; what went wrong, null for nothing. */
  private static @Nullable String problem(CompletableFuture<?> starting) {
    try {
      starting.join();
      return null;
    } catch (CompletionException e) {
      if (e.getCause() instanceof EmbeddedServerException expected) {
        return expected.getMessage();
      }
      throw e;
    }
  }

  private static <T> @Nullable T started(CompletableFuture<@Nullable T> starting) {
    return starting.isCompletedExceptionally() ? null : starting.join();
  }

  Database source() {
    return database(settings.source(), source);
  }

  Database warehouse() {
    return database(settings.warehouse(), warehouse);
  }

  boolean embeddedSource() {
    return source != null;
  }

  String kafka() {
    String given = settings.kafka();
    if (given != null) {
      return given;
    }
    if (kafka == null) {
      throw new IllegalStateException("Kafka has not been started");
    }
    return kafka.bootstrapServers();
  }

  /** How a person connects to the source. */
  String sourcePsql() {
    return psql(source(), source != null);
  }

  String warehousePsql() {
    return psql(warehouse(), warehouse != null);
  }

  /** Throws when one of the embedded servers has ended by itself. */
  void check() {
    if (source != null) {
      source.check();
    }
    if (warehouse != null) {
      warehouse.check();
    }
    if (kafka != null) {
      kafka.check();
    }
  }

  @Override
  public void close() {
    CompletableFuture.allOf(closing(kafka), closing(source), closing(warehouse)).join();
  }

  private static CompletableFuture<Void> closing(@Nullable AutoCloseable server) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            if (server != null) {
              server.close();
            }
          } catch (Exception e) {
            throw new CommandException("A server did not stop well: " + e.getMessage(), e);
          }
        });
  }

  private static Database database(@Nullable Database given, @Nullable LocalPostgres embedded) {
    if (given != null) {
      return given;
    }
    if (embedded == null) {
      throw new IllegalStateException("the database has not been started");
    }
    return new Database(
        embedded.host(),
        embedded.port(),
        embedded.database(),
        embedded.user(),
        embedded.password());
  }

  /** The embedded databases' password is no secret; the user's is. */
  private static String psql(Database database, boolean embedded) {
    String url =
        embedded
            ? database.toString().replace("@", ":" + database.password() + "@")
            : database.toString();
    return "psql \"" + url + "\"";
  }
}
