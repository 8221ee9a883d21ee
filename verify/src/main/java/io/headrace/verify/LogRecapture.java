package io.headrace.verify;

import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import io.headrace.wire.RecaptureMessage;
import io.headrace.wire.Topics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Asks through a message in the source's write-ahead log, where the capture finds it among the
 * changes, and hears of it from the epochs topic.
 */
public final class LogRecapture implements Recapture {
  private static final Duration POLL = Duration.ofMillis(200);

  /** How long one request to Kafka may take before it counts as unanswered, in milliseconds. */
  private static final int ANSWER_MS = 10_000;

  private final Connection source;
  private final Consumer<byte[], byte[]> epochs;
  private final BooleanSupplier stopped;

  private LogRecapture(
      Connection source, Consumer<byte[], byte[]> epochs, BooleanSupplier stopped) {
    this.source = source;
    this.epochs = epochs;
    this.stopped = stopped;
  }

  /**
   * Listens to the epochs from now on.
   *
   * @param stopped whether the user wants to end before the end
   */
  public static LogRecapture open(
      Database source, String bootstrapServers, Topics topics, BooleanSupplier stopped) {
    Map<String, Object> config = new HashMap<>();
    config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    config.put(ConsumerConfig.CLIENT_ID_CONFIG, "headrace-repair");
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MS);
    config.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_MS);
    Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    try {
      TopicPartition partition = new TopicPartition(topics.epochs(), 0);
      consumer.assign(List.of(partition));
      consumer.seekToEnd(List.of(partition));
      consumer.position(partition); // now, not at the first poll
      return new LogRecapture(source.connect("headrace repair"), consumer, stopped);
    } catch (KafkaException | SQLException e) {
      consumer.close();
      throw new StageException(
          StageException.Kind.FAILED,
          "The source "
              + source
              + " and Kafka at "
              + bootstrapServers
              + " must both answer: "
              + e.getMessage(),
          e);
    }
  }

  @Override
  public void ask(RecaptureRequest request) {
    try (PreparedStatement statement =
        source.prepareStatement("SELECT pg_logical_emit_message(true, ?, ?)")) {
      statement.setString(1, RecaptureMessage.PREFIX);
      statement.setString(2, request.json());
      statement.execute();
    } catch (SQLException e) {
      throw new StageException(
          StageException.Kind.FAILED,
          "The source does not take the request to capture rows again: " + e.getMessage(),
          e);
    }
  }

  @Override
  public long await(Set<UUID> requests, Duration patience) {
    Set<String> open = new HashSet<>(requests.stream().map(UUID::toString).toList());
    long began = System.nanoTime();
    long last = -1;
    while (!open.isEmpty()) {
      for (ConsumerRecord<byte[], byte[]> record : epochs.poll(POLL)) {
        Recaptured epoch = Recaptured.read(record.value());
        if (open.removeAll(epoch.requests())) {
          last = epoch.epoch();
          began = System.nanoTime();
        }
      }
      if (stopped.getAsBoolean()) {
        throw new StageException(StageException.Kind.FAILED, "Stopped before the end.");
      }
      if (System.nanoTime() - began > patience.toNanos()) {
        throw new StageException(
            StageException.Kind.FAILED,
            "The capture must answer each request to capture rows again within "
                + patience.toSeconds()
                + " s, but "
                + open.size()
                + " of "
                + requests.size()
                + " are open: is it running, and of this version?");
      }
    }
    return last;
  }

  @Override
  public void close() {
    epochs.close();
    try {
      source.close();
    } catch (SQLException e) {
      throw new StageException(
          StageException.Kind.FAILED, "The source cannot be left: " + e.getMessage(), e);
    }
  }
}
