package io.headrace.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka broker (KRaft, broker and controller in one) inside this JVM, listening on
 * 127.0.0.1. Its folder can be started again, also after the process was killed. What it has
 * acknowledged survives the end of the process, not that of the operating system: like every Kafka
 * broker it leaves the flush to the file system, because one for each append would cost a thousand
 * a second. After a power cut the end of a topic may be missing; the capture sees that at its
 * start.
 */
public final class LocalKafka implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LocalKafka.class);

  private static final String FULL = "; No space left on device: ";

  /** Bytes below which a disk counts as full. */
  private static final long NOTHING_FREE = 1 << 20;

  private static final int BROKEN_STOPS_WITHIN_SECONDS = 10;

  private final KafkaRaftServer server;
  private final FolderLock lock;
  private final Path folder;
  private final int port;

  private LocalKafka(KafkaRaftServer server, FolderLock lock, Path folder, int port) {
    this.server = server;
    this.lock = lock;
    this.folder = folder;
    this.port = port;
  }

  /**
   * What to start.
   *
   * @param folder where its data are, or will be; made when missing
   * @param port TCP port on 127.0.0.1; 0 for any free one
   * @param properties broker properties beyond our own
   */
  public record Settings(Path folder, int port, Map<String, String> properties) {
    public Settings {
      properties = Map.copyOf(properties);
    }

    public Settings(Path folder, int port) {
      this(folder, port, Map.of());
    }
  }

  /**
   * Starts the broker and returns when it serves.
   *
   * @throws EmbeddedServerException when the folder is in use or of another version, the port busy,
   *     or the broker fails
   */
  public static LocalKafka start(Settings settings) {
    FolderLock lock = FolderLock.take("Kafka", settings.folder());
    try {
      int port = Ports.claim("Kafka", settings.port());
      Path logs = settings.folder().toAbsolutePath().resolve("logs");
      Map<String, String> properties =
          BrokerProperties.of(logs, port, Ports.free(), settings.properties());
      KafkaStorage.format(logs, properties);
      KafkaRaftServer server = launch(settings, properties);
      log.info("Kafka started port={} folder={}", port, settings.folder());
      return new LocalKafka(server, lock, settings.folder(), port);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  public int port() {
    return port;
  }

  /**
   * Looks whether the broker still runs.
   *
   * @throws EmbeddedServerException when it has ended by itself, saying why
   */
  public void check() {
    String reason = KafkaExit.reason();
    if (reason != null) {
      throw new EmbeddedServerException(
          "Kafka has stopped by itself: " + reason + (diskFull() ? FULL + folder : ""));
    }
  }

  /** A broker that loses its folder says so in the log only. */
  private boolean diskFull() {
    try {
      return Files.getFileStore(folder).getUsableSpace() < NOTHING_FREE;
    } catch (IOException e) {
      log.warn("the free space cannot be read folder={}", folder, e);
      return false;
    }
  }

  /** Stops the broker and waits until its data are on disk; not for long when it has failed. */
  @Override
  public void close() {
    try {
      if (KafkaExit.reason() == null) {
        stop();
      } else {
        CompletableFuture.runAsync(this::stop).get(BROKEN_STOPS_WITHIN_SECONDS, TimeUnit.SECONDS);
      }
    } catch (ExecutionException | TimeoutException e) {
      log.warn("the broken Kafka did not stop in order", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.close();
    }
  }

  private void stop() {
    server.shutdown();
    server.awaitShutdown();
  }

  private static KafkaRaftServer launch(Settings settings, Map<String, String> properties) {
    KafkaExit.intercept();
    KafkaRaftServer server = null;
    try {
      server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
      server.startup();
      return server;
    } catch (RuntimeException e) {
      if (server != null) {
        server.shutdown();
      }
      throw new EmbeddedServerException(
          "Kafka could not start on the folder " + settings.folder() + ": " + e.getMessage(), e);
    }
  }
}
