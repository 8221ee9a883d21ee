package io.headrace.transform;

import io.headrace.wire.CommittedRecords;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/** How Kafka Streams is set up, and why. */
final class StreamsSettings {

  /** Bytes of the longest record, uncompressed: one row with the parents' columns it carries. */
  static final int LONGEST_RECORD_BYTES = 64 << 20;

  /**
   * What a lost machine can make readers wait: its open transaction ends only after this. A fan-out
   * must fit into it.
   */
  private static final int TRANSACTION_TIMEOUT_MILLIS = 60_000;

  /**
   * The least that brokers allow by default (group.min.session.timeout.ms): after a crash its tasks
   * move soon.
   */
  private static final int SESSION_TIMEOUT_MILLIS = 6_000;

  /**
   * Off: a record that comes too early is held back anyway, and the waiting cost a fifth of the CPU
   * time of a stream thread (measured with 4.3.1: it formats a log line each time it finds a task
   * not ready).
   */
  private static final long MAX_TASK_IDLE_MILLIS = StreamsConfig.MAX_TASK_IDLE_MS_DISABLED;

  private StreamsSettings() {}

  static Properties of(TransformSettings settings, String application, Path state) {
    Map<String, Object> config = new HashMap<>();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
    config.put(StreamsConfig.CLIENT_ID_CONFIG, ClientName.of(Instant.now()).toString());
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
    config.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
    config.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) settings.replicationFactor());
    config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    config.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
    config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 16L << 20);
    // Ends of epochs ask for a commit; this one is for long epochs only, that the sink may stage
    // their facts meanwhile.
    config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 1_000L);
    config.put(StreamsConfig.POLL_MS_CONFIG, 20L);
    config.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, MAX_TASK_IDLE_MILLIS);
    config.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 2 * CommittedRecords.AT_ONCE);
    // Tasks with much state move after the new instance has caught up; look once a minute, the
    // least allowed.
    config.put(StreamsConfig.PROBING_REBALANCE_INTERVAL_MS_CONFIG, 60_000L);
    config.put(
        StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG), LONGEST_RECORD_BYTES);
    clients(config);
    Properties properties = new Properties();
    properties.putAll(config);
    return properties;
  }

  private static void clients(Map<String, Object> config) {
    config.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG),
        SESSION_TIMEOUT_MILLIS);
    config.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
        SESSION_TIMEOUT_MILLIS / 3);
    config.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG),
        CommittedRecords.AT_ONCE);
    // A record larger than these still comes, alone.
    config.put(StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG), 16 << 20);
    config.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), 1 << 20);
    config.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
    config.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 64 << 10);
    // A transaction cannot begin before all markers of the one before are written; the broker asks
    // for a retry until then. By default the pauses double up to a second.
    config.put(StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MS_CONFIG), 10L);
    config.put(StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG), 10L);
    config.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), LONGEST_RECORD_BYTES);
    config.put(
        StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG),
        LONGEST_RECORD_BYTES + (16L << 20));
    config.put(
        StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
        TRANSACTION_TIMEOUT_MILLIS);
  }
}
