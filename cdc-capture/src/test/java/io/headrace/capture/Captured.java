package io.headrace.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headrace.star.TableName;
import io.headrace.testing.TestServers;
import io.headrace.wire.Epoch;
import io.headrace.wire.EpochJson;
import io.headrace.wire.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;

/** What a reader of committed records finds in the topics of a prefix. */
final class Captured {

  static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxStringLength(KafkaTopics.LARGEST_RECORD)
                      .build())
              .build());

  private final Topics topics;
  private final List<Change> changes = new ArrayList<>();
  private final List<Epoch> epochs = new ArrayList<>();

  /** A record of a table's topic, parsed when it is asked for: there are many. */
  @SuppressWarnings("ArrayRecordComponent")
  record Change(
      String topic,
      int partition,
      long offset,
      long epoch,
      long timestamp,
      boolean again,
      byte[] keyBytes,
      byte[] valueBytes) {

    JsonNode key() {
      return parse(keyBytes);
    }

    boolean tombstone() {
      return valueBytes == null;
    }

    /** Null for a tombstone. */
    JsonNode value() {
      return parse(valueBytes);
    }

    /** Debezium's letter; an empty text for a tombstone. */
    String op() {
      return tombstone() ? "" : row(valueBytes, "op").get("op");
    }

    Map<String, String> before() {
      return row(valueBytes, "before");
    }

    Map<String, String> after() {
      return row(valueBytes, "after");
    }
  }

  private Captured(Topics topics) {
    this.topics = topics;
  }

  static Captured read(String prefix, String... tables) {
    Captured captured = new Captured(new Topics(prefix));
    List<String> names = new ArrayList<>();
    for (String table : tables) {
      names.add(captured.topics.table(new TableName("public", table)));
    }
    names.add(captured.topics.epochs());
    captured.readAll(names);
    return captured;
  }

  /**
   * Waits until what has been written is committed for every reader: a producer's commit returns
   * before the markers are in all partitions.
   */
  static void awaitMarkers(Topics topics) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestServers.kafka()))) {
      List<String> names =
          admin.listTopics().names().get().stream()
              .filter(name -> name.startsWith(topics.prefix() + "."))
              .toList();
      Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
      admin
          .describeTopics(names)
          .allTopicNames()
          .get()
          .forEach(
              (name, topic) ->
                  topic
                      .partitions()
                      .forEach(
                          p ->
                              latest.put(
                                  new TopicPartition(name, p.partition()), OffsetSpec.latest())));
      Map<TopicPartition, Long> written = ends(admin, latest, IsolationLevel.READ_UNCOMMITTED);
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(10))
          .until(
              () ->
                  ends(admin, latest, IsolationLevel.READ_COMMITTED).entrySet().stream()
                      .allMatch(end -> end.getValue() >= written.get(end.getKey())));
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<TopicPartition, Long> ends(
      Admin admin, Map<TopicPartition, OffsetSpec> latest, IsolationLevel isolation)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, Long> ends = new HashMap<>();
    admin
        .listOffsets(latest, new ListOffsetsOptions(isolation))
        .all()
        .get()
        .forEach((partition, end) -> ends.put(partition, end.offset()));
    return ends;
  }

  private void readAll(List<String> names) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                TestServers.kafka(),
                "isolation.level",
                "read_committed",
                "enable.auto.commit",
                false,
                "max.poll.records",
                10_000,
                "auto.offset.reset",
                "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (String name : names) {
        consumer
            .partitionsFor(name)
            .forEach(info -> partitions.add(new TopicPartition(name, info.partition())));
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream()
          .anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
        consumer.poll(Duration.ofMillis(100)).forEach(this::add);
      }
    }
  }

  private void add(ConsumerRecord<byte[], byte[]> record) {
    if (record.topic().equals(topics.epochs())) {
      if (record.partition() == 0) {
        epochs.add(EpochJson.read(record.value()));
      }
      return;
    }
    long epoch = ByteBuffer.wrap(record.headers().lastHeader(Epoch.HEADER).value()).getLong();
    changes.add(
        new Change(
            record.topic(),
            record.partition(),
            record.offset(),
            epoch,
            record.timestamp(),
            record.headers().lastHeader(Epoch.AGAIN) != null,
            record.key(),
            record.value()));
  }

  static JsonNode parse(byte[] json) {
    try {
      return json == null ? null : JSON.readTree(new String(json, UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Epoch> epochs() {
    return epochs;
  }

  /** The changes of a table, in the order of each partition. */
  List<Change> changes(String table) {
    String topic = topics.table(new TableName("public", table));
    return changes.stream().filter(change -> change.topic().equals(topic)).toList();
  }

  /**
   * What the changes make of a table: each column as PostgreSQL's text, by the first column's text.
   */
  TreeMap<String, List<String>> rows(String table) {
    return rows(table, Long.MAX_VALUE);
  }

  /** As {@link #rows(String)}, at the end of an epoch. */
  TreeMap<String, List<String>> rows(String table, long last) {
    Map<Integer, Map<String, List<String>>> byPartition = new HashMap<>();
    for (Change change : changes(table)) {
      if (change.epoch() > last) {
        continue;
      }
      Map<String, List<String>> rows =
          byPartition.computeIfAbsent(change.partition(), p -> new HashMap<>());
      String key = new String(change.keyBytes(), UTF_8);
      String op = change.op();
      if (change.tombstone() || op.equals("d")) {
        rows.remove(key);
      } else if (op.equals("t")) {
        rows.clear();
      } else {
        rows.put(key, new ArrayList<>(change.after().values()));
      }
    }
    TreeMap<String, List<String>> rows = new TreeMap<>();
    byPartition.values().forEach(part -> part.values().forEach(row -> rows.put(row.get(0), row)));
    return rows;
  }

  /** A row's columns as the text that stands in the JSON; null where there is no row. */
  private static Map<String, String> row(byte[] envelope, String row) {
    if (envelope == null) {
      return null;
    }
    try (JsonParser json = JSON.createParser(envelope)) {
      json.nextToken();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        if (name.equals("op") && row.equals("op")) {
          return Map.of("op", json.nextTextValue());
        }
        if (json.nextToken() == JsonToken.START_OBJECT && name.equals(row)) {
          Map<String, String> columns = new LinkedHashMap<>();
          while (json.nextToken() != JsonToken.END_OBJECT) {
            String column = json.currentName();
            columns.put(column, json.nextToken() == JsonToken.VALUE_NULL ? null : json.getText());
          }
          return columns;
        }
        json.skipChildren();
      }
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
