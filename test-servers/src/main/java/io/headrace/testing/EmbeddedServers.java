package io.headrace.testing;

import io.headrace.embedded.LocalKafka;
import io.headrace.embedded.LocalPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The embedded real binaries, in a folder that is removed at the end. */
final class EmbeddedServers implements Servers {
  private final Path folder = newFolder();
  private @Nullable LocalPostgres postgres;
  private @Nullable LocalKafka kafka;

  @Override
  public TestDatabase startPostgres() {
    LocalPostgres server =
        LocalPostgres.start(
            new LocalPostgres.Settings(
                "the tests",
                folder.resolve("postgres"),
                0,
                Map.of(
                    "max_replication_slots", "200",
                    "max_wal_senders", "200",
                    "max_connections", "300")));
    postgres = server;
    return new TestDatabase(
        server.host(), server.port(), server.database(), server.user(), server.password());
  }

  @Override
  public String startKafka() {
    LocalKafka broker = LocalKafka.start(new LocalKafka.Settings(folder.resolve("kafka"), 0));
    kafka = broker;
    return broker.bootstrapServers();
  }

  @Override
  public void stop() {
    if (kafka != null) {
      kafka.close();
    }
    if (postgres != null) {
      postgres.abort(); // a checkpoint of hundreds of databases would take longer than a test
    }
    delete(folder);
  }

  @Override
  public String toString() {
    return "embedded, in " + folder;
  }

  private static Path newFolder() {
    try {
      return Files.createTempDirectory("headrace-test-servers");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path tree) {
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
