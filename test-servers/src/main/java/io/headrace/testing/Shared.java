package io.headrace.testing;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The servers of this JVM, started on first use and stopped at its end. */
final class Shared {
  private static final Logger log = LoggerFactory.getLogger(Shared.class);
  private static final String CHOICE = "headrace.test.servers";

  private static @Nullable Servers servers;
  private static @Nullable TestDatabase postgres;
  private static @Nullable String kafka;

  private Shared() {}

  static synchronized TestDatabase postgres() {
    if (postgres == null) {
      postgres = servers().startPostgres();
    }
    return postgres;
  }

  static synchronized String kafka() {
    if (kafka == null) {
      kafka = servers().startKafka();
    }
    return kafka;
  }

  private static Servers servers() {
    if (servers == null) {
      Servers chosen = choose(System.getProperty(CHOICE, ""));
      log.info("Test servers chosen kind={}", chosen);
      System.out.println("[headrace] PostgreSQL and Kafka for the tests: " + chosen);
      Runtime.getRuntime().addShutdownHook(new Thread(chosen::stop, "test-servers-stop"));
      servers = chosen;
    }
    return servers;
  }

  private static Servers choose(String choice) {
    return switch (choice) {
      case "docker" -> new DockerServers();
      case "embedded" -> new EmbeddedServers();
      case "" -> DockerServers.engineAnswers() ? new DockerServers() : new EmbeddedServers();
      default ->
          throw new IllegalArgumentException(
              "System property " + CHOICE + " must be docker or embedded but was " + choice);
    };
  }
}
