package io.headrace.capture;

import static java.util.Objects.requireNonNull;

import io.headrace.stage.StageException;
import io.headrace.wire.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topics of the capture: made where missing, checked where present. */
final class KafkaTopics {

  /**
   * The largest record. PostgreSQL's own limit for a value is 1 GB, but a record is held in memory
   * several times on its way.
   */
  static final int LARGEST_RECORD = 64 << 20;

  /**
   * Nothing younger is compacted away: a stage may be down for so long and still see every change.
   */
  private static final Duration KEPT_WHOLE = Duration.ofDays(7);

  /** Kafka's broker default where the broker does not tell. */
  private static final int DEFAULT_TRANSACTION_TIMEOUT = 900_000;

  private static final Map<String, String> CONFIGURATION =
      Map.of(
          "cleanup.policy", "compact",
          "min.compaction.lag.ms", Long.toString(KEPT_WHOLE.toMillis()),
          "delete.retention.ms", Long.toString(KEPT_WHOLE.toMillis()),
          // The active segment is never compacted: small enough that old changes leave it within
          // some days.
          "segment.bytes", Integer.toString(256 << 20),
          "segment.ms", Long.toString(Duration.ofDays(1).toMillis()),
          "max.message.bytes", Integer.toString(LARGEST_RECORD));

  private final Admin admin;

  KafkaTopics(Admin admin) {
    this.admin = admin;
  }

  /**
   * Makes what is missing.
   *
   * @param tables the tables' topics
   * @return the number of partitions that all of them have
   * @throws StageException when topics differ in it
   */
  int prepare(Topics topics, List<String> tables, int partitions, short replicationFactor)
      throws InterruptedException, ExecutionException {
    List<String> names = new ArrayList<>(tables);
    names.add(topics.epochs());
    Map<String, Integer> present = present(names);
    int wanted = present.getOrDefault(topics.epochs(), partitions);
    List<String> different =
        names.stream()
            .filter(name -> present.getOrDefault(name, wanted) != wanted)
            .sorted()
            .toList();
    if (!different.isEmpty()) {
      throw new StageException(
          StageException.Kind.SETTINGS,
          "All topics of the prefix "
              + topics.prefix()
              + " must have "
              + wanted
              + " partitions, but "
              + String.join(
                  ", ", different.stream().map(name -> name + " has " + present.get(name)).toList())
              + ". Delete these topics, or use another prefix.");
    }
    // The epochs topic last: it fixes the number of partitions once all others are there.
    for (String name : names) {
      if (!present.containsKey(name)) {
        create(name, wanted, replicationFactor);
      }
    }
    return wanted;
  }

  private Map<String, Integer> present(List<String> names)
      throws InterruptedException, ExecutionException {
    Map<String, Integer> partitions = new HashMap<>();
    for (var described : admin.describeTopics(names).topicNameValues().entrySet()) {
      try {
        TopicDescription description = described.getValue().get();
        partitions.put(described.getKey(), description.partitions().size());
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw e;
        }
      }
    }
    return partitions;
  }

  private void create(String name, int partitions, short replicationFactor)
      throws InterruptedException, ExecutionException {
    NewTopic topic =
        new NewTopic(
                name,
                Optional.of(partitions),
                replicationFactor < 0 ? Optional.empty() : Optional.of(replicationFactor))
            .configs(CONFIGURATION);
    try {
      admin.createTopics(List.of(topic)).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
  }

  /** Where each of the topics ends, by partition. */
  Map<String, List<Long>> ends(List<String> tables, int partitions)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    for (String topic : tables) {
      for (int partition = 0; partition < partitions; partition++) {
        asked.put(new TopicPartition(topic, partition), OffsetSpec.latest());
      }
    }
    var found = admin.listOffsets(asked).all().get();
    Map<String, List<Long>> ends = new HashMap<>();
    for (String topic : tables) {
      List<Long> ofTopic = new ArrayList<>();
      for (int partition = 0; partition < partitions; partition++) {
        ofTopic.add(requireNonNull(found.get(new TopicPartition(topic, partition))).offset());
      }
      ends.put(topic, ofTopic);
    }
    return ends;
  }

  /** Whether a topic ends before it once did: it was deleted, or records of it were lost. */
  static boolean lost(List<Long> before, List<Long> now) {
    for (int partition = 0; partition < before.size(); partition++) {
      if (now.get(partition) < before.get(partition)) {
        return true;
      }
    }
    return false;
  }

  /** The longest transaction that the broker allows, in milliseconds. */
  int longestTransaction() throws InterruptedException, ExecutionException {
    for (Node node : admin.describeCluster().nodes().get()) {
      ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, node.idString());
      ConfigEntry entry =
          requireNonNull(admin.describeConfigs(List.of(broker)).all().get().get(broker))
              .get("transaction.max.timeout.ms");
      if (entry != null && entry.value() != null) {
        return Integer.parseInt(entry.value());
      }
    }
    return DEFAULT_TRANSACTION_TIMEOUT;
  }
}
