package io.headrace.wire;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Consumers that read what is committed, from where they are told to: a position that Kafka does
 * not have is an error. They commit nothing to Kafka and create no topic.
 */
public final class CommittedRecords {

  /**
   * How many records a poll may return. Kafka bounds what it fetches in bytes, but as they are
   * compressed; a poll uncompresses all that it returns, so where values are long, this is what
   * bounds its memory. Where they are short, a poll of what is fetched already costs little.
   */
  public static final int AT_ONCE = 25;

  private CommittedRecords() {}

  /** A consumer of keys and values as they are. */
  public static Consumer<byte[], byte[]> consumer(String bootstrapServers) {
    return consumer(bootstrapServers, Map.of());
  }

  /**
   * A consumer of keys and values as they are.
   *
   * @param more settings of its own
   */
  public static Consumer<byte[], byte[]> consumer(
      String bootstrapServers, Map<String, Object> more) {
    Map<String, Object> config = new HashMap<>();
    config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, AT_ONCE);
    config.putAll(more);
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
