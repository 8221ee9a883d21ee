package io.headrace.testing;

import java.util.ArrayDeque;
import java.util.Deque;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** Containers of the same images that docker-compose.yml runs. */
final class DockerServers implements Servers {
  private static final String POSTGRES_IMAGE = "postgres:18";
  private static final String KAFKA_IMAGE = "apache/kafka:4.2.2";
  private static final int POSTGRES_PORT = 5432;

  private final Deque<GenericContainer<?>> running = new ArrayDeque<>();

  static boolean engineAnswers() {
    return DockerClientFactory.instance().isDockerAvailable();
  }

  @Override
  public TestDatabase startPostgres() {
    PostgreSQLContainer postgres =
        new PostgreSQLContainer(POSTGRES_IMAGE)
            .withUsername("postgres")
            .withPassword("postgres")
            .withDatabaseName("postgres")
            .withCommand(
                "postgres",
                "-c",
                "wal_level=logical",
                "-c",
                "max_replication_slots=200",
                "-c",
                "max_wal_senders=200",
                "-c",
                "max_connections=300");
    postgres.start();
    running.push(postgres);
    return new TestDatabase(
        postgres.getHost(),
        postgres.getMappedPort(POSTGRES_PORT),
        "postgres",
        "postgres",
        "postgres");
  }

  @Override
  public String startKafka() {
    KafkaContainer kafka =
        new KafkaContainer(KAFKA_IMAGE)
            .withEnv("KAFKA_TRANSACTION_MAX_TIMEOUT_MS", "21600000")
            .withEnv("KAFKA_MESSAGE_MAX_BYTES", String.valueOf(64 * 1024 * 1024))
            .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false");
    kafka.start();
    running.push(kafka);
    return kafka.getBootstrapServers();
  }

  @Override
  public void stop() {
    running.forEach(GenericContainer::stop);
  }

  @Override
  public String toString() {
    return "Docker (" + POSTGRES_IMAGE + ", " + KAFKA_IMAGE + ")";
  }
}
