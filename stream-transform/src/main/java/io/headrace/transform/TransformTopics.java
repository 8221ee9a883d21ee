package io.headrace.transform;

import static java.util.Objects.requireNonNull;

import io.headrace.stage.StageException;
import io.headrace.star.SourceTable;
import io.headrace.star.Star;
import io.headrace.star.StarTable;
import io.headrace.wire.DeadLetterRecord;
import io.headrace.wire.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topics of the transform: those it waits for and those it creates. */
final class TransformTopics {

  /**
   * How long every change stays, so that a sink that stood still goes on where it was: as in the
   * table topics.
   */
  static final Duration KEPT = Duration.ofDays(7);

  private final Admin admin;
  private final Star star;
  private final Topics topics;
  private final short replicationFactor;

  TransformTopics(Admin admin, Star star, Topics topics, short replicationFactor) {
    this.admin = admin;
    this.star = star;
    this.topics = topics;
    this.replicationFactor = replicationFactor;
  }

  /** What the capture creates, the epochs first. */
  List<String> awaited() {
    List<String> awaited = new ArrayList<>();
    awaited.add(topics.epochs());
    star.sources().stream().map(SourceTable::name).map(topics::table).forEach(awaited::add);
    return awaited;
  }

  /** The tables' topics. */
  Set<String> tables() {
    return star.sources().stream()
        .map(SourceTable::name)
        .map(topics::table)
        .collect(Collectors.toSet());
  }

  /** All that the transform reads. */
  List<String> read() {
    List<String> read = awaited();
    if (JoinPlan.joins(star)) {
      read.add(topics.parents(star.generation()));
    }
    return read;
  }

  /** All that must stay the same while it works: what it reads, its facts, its changelogs. */
  Set<String> all() {
    Set<String> all = new HashSet<>(read());
    all.addAll(facts());
    all.addAll(OldState.changelogs(topics.application(star.generation())));
    return all;
  }

  private List<String> facts() {
    return star.tables().stream().map(this::facts).toList();
  }

  private String facts(StarTable table) {
    return topics.facts(star.generation(), table.name());
  }

  /**
   * The number of partitions of all topics, which is the number of the epochs topic's.
   *
   * @return empty while the capture has not created them all
   * @throws StageException when they do not agree
   */
  Optional<Integer> partitions() throws Broker.AwayException {
    Map<String, Integer> found = describe(awaited());
    Integer epochs = found.get(topics.epochs());
    if (epochs == null || found.size() < awaited().size()) {
      return Optional.empty();
    }
    check(found, epochs);
    return Optional.of(epochs);
  }

  /** Creates what is not there yet: fact topics, and the parents topic where the star joins. */
  void create(int partitions) throws Broker.AwayException {
    List<NewTopic> wanted = new ArrayList<>();
    if (JoinPlan.joins(star)) {
      wanted.add(parents(partitions));
    }
    for (StarTable table : star.tables()) {
      wanted.add(newFacts(table, partitions));
    }
    NewTopic letters = deadLetters();
    wanted.add(letters);
    for (Map.Entry<String, KafkaFuture<Void>> topic :
        admin.createTopics(wanted).values().entrySet()) {
      try {
        topic.getValue().get();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          Broker.answer("create topic " + topic.getKey(), topic.getValue());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StageException(
            StageException.Kind.FAILED, "cannot create topics: interrupted", e);
      }
    }
    wanted.remove(letters);
    check(describe(wanted.stream().map(NewTopic::name).toList()), partitions);
  }

  /**
   * Refuses to make a fact topic again that was there: what has been sent is not sent once more.
   *
   * @param present all topics of the broker
   * @param application whose changelogs tell that it was at work before
   */
  void mustHaveKept(Set<String> present, String application) {
    if (!OldState.hasChangelogs(present, application)) {
      return;
    }
    List<String> gone = facts().stream().filter(topic -> !present.contains(topic)).toList();
    if (!gone.isEmpty()) {
      throw new StageException(
          StageException.Kind.LOST,
          "the topic "
              + String.join(", ", gone)
              + " was deleted. What had been in it must be joined anew from the tables' topics: run"
              + " ./headrace replay --rejoin");
    }
  }

  /** Kafka's id of the first fact topic: another one when this generation was made anew. */
  String life() throws Broker.AwayException {
    String topic = facts(star.tables().get(0));
    KafkaFuture<Map<String, TopicDescription>> described =
        admin.describeTopics(List.of(topic)).allTopicNames();
    return requireNonNull(Broker.answer("describe topic " + topic, described).get(topic))
        .topicId()
        .toString();
  }

  private NewTopic deadLetters() {
    return topic(topics.deadLetters(), DeadLetterRecord.PARTITIONS, DeadLetterRecord.TOPIC_CONFIG);
  }

  private NewTopic parents(int partitions) {
    // Nothing goes by age: a task that was down would find it gone. PurgeParents takes away what
    // all have read.
    return topic(
        topics.parents(star.generation()),
        partitions,
        Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE,
            TopicConfig.RETENTION_MS_CONFIG, "-1",
            TopicConfig.RETENTION_BYTES_CONFIG, "-1"));
  }

  private NewTopic newFacts(StarTable table, int partitions) {
    return topic(
        facts(table),
        partitions,
        Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT,
            TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG, Long.toString(KEPT.toMillis()),
            TopicConfig.DELETE_RETENTION_MS_CONFIG, Long.toString(KEPT.toMillis())));
  }

  private NewTopic topic(String name, int partitions, Map<String, String> special) {
    Map<String, String> configs = new TreeMap<>(special);
    configs.put(
        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
        Integer.toString(StreamsSettings.LONGEST_RECORD_BYTES));
    configs.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime");
    Optional<Short> replicas =
        replicationFactor < 0 ? Optional.empty() : Optional.of(replicationFactor);
    return new NewTopic(name, Optional.of(partitions), replicas).configs(configs);
  }

  private static void check(Map<String, Integer> found, int partitions) {
    found.forEach(
        (topic, actual) -> {
          if (actual != partitions) {
            throw new StageException(
                StageException.Kind.SETTINGS,
                "topic "
                    + topic
                    + " must have as many partitions as the epochs topic, "
                    + partitions
                    + ", but has "
                    + actual);
          }
        });
  }

  private Map<String, Integer> describe(List<String> names) throws Broker.AwayException {
    Map<String, Integer> found = new TreeMap<>();
    for (var topic : admin.describeTopics(names).topicNameValues().entrySet()) {
      try {
        found.put(topic.getKey(), topic.getValue().get().partitions().size());
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          Broker.answer("describe topic " + topic.getKey(), topic.getValue());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StageException(
            StageException.Kind.FAILED, "cannot describe topics: interrupted", e);
      }
    }
    return found;
  }
}
