package io.headrace.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The broker's settings: one node, few cores, nothing forgotten while it is switched off. */
final class BrokerProperties {
  private static final String ONE = "1";
  private static final int MEGABYTE = 1024 * 1024;

  private BrokerProperties() {}

  static Map<String, String> of(
      Path logs, int port, int controllerPort, Map<String, String> extra) {
    Map<String, String> properties = new HashMap<>();
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", ONE);
    properties.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
    properties.put(
        "listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
    properties.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
    properties.put("controller.listener.names", "CONTROLLER");
    properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    properties.put("log.dirs", logs.toString());
    properties.put("auto.create.topics.enable", "false");
    properties.putAll(oneNode());
    properties.putAll(limits());
    properties.putAll(resources());
    properties.putAll(extra);
    return properties;
  }

  private static Map<String, String> oneNode() {
    return Map.of(
        "offsets.topic.replication.factor", ONE,
        "offsets.topic.num.partitions", "4",
        "transaction.state.log.replication.factor", ONE,
        "transaction.state.log.min.isr", ONE,
        "transaction.state.log.num.partitions", "4",
        "share.coordinator.state.topic.replication.factor", ONE,
        "share.coordinator.state.topic.min.isr", ONE,
        "default.replication.factor", ONE,
        "min.insync.replicas", ONE,
        "group.initial.rebalance.delay.ms", "0");
  }

  private static Map<String, String> limits() {
    return Map.of(
        // A source transaction of hours is one Kafka transaction.
        "transaction.max.timeout.ms", millis(Duration.ofHours(6)),
        // A stage that was off for a month goes on where it stopped.
        "offsets.retention.minutes", String.valueOf(Duration.ofDays(365).toMinutes()),
        "transactional.id.expiration.ms", String.valueOf(Integer.MAX_VALUE),
        "message.max.bytes", String.valueOf(64 * MEGABYTE),
        "replica.fetch.max.bytes", String.valueOf(64 * MEGABYTE));
  }

  private static Map<String, String> resources() {
    return Map.of(
        "num.network.threads",
        "2",
        "num.io.threads",
        "4",
        "background.threads",
        "2",
        "num.recovery.threads.per.data.dir",
        "2",
        // After a kill, everything behind the last checkpoint is read again.
        "log.segment.bytes",
        String.valueOf(128 * MEGABYTE),
        "log.cleaner.threads",
        ONE,
        "log.cleaner.dedupe.buffer.size",
        String.valueOf(16 * MEGABYTE),
        "log.cleaner.io.buffer.size",
        String.valueOf(MEGABYTE / 4));
  }

  private static String millis(Duration duration) {
    return String.valueOf(duration.toMillis());
  }
}
