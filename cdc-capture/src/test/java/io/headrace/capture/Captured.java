package io.headrace.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What a reader of committed records finds in the topics of a prefix. */
final class Captured {

  static final ObjectMapper JSON = new ObjectMapper();

  private final Topics topics;
  private final List<Change> changes = new ArrayList<>();
  private final List<Epoch> epochs = new ArrayList<>();

  /**
   * A record of a table's topic.
   *
   * @param value null for a tombstone
   */
  record Change(String topic, int partition, long offset, long epoch, long timestamp, JsonNode key, JsonNode value) {
    String op() {
      return value.get("op").textValue();
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

  private void readAll(List<String> names) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", TestServers.kafka(),
                "isolation.level", "read_committed",
                "enable.auto.commit", false,
                "max.poll.records", 10_000,
                "auto.offset.reset", "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (String name : names) {
        consumer.partitionsFor(name).forEach(info -> partitions.add(new TopicPartition(name, info.partition())));
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
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
            parse(record.key()),
            parse(record.value())));
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

  /** What the changes make of a table: each column as PostgreSQL's text, by the first column's text. */
  TreeMap<String, List<String>> rows(String table) {
    Map<Integer, Map<JsonNode, List<String>>> byPartition = new HashMap<>();
    for (Change change : changes(table)) {
      Map<JsonNode, List<String>> rows = byPartition.computeIfAbsent(change.partition(), p -> new HashMap<>());
      if (change.value() == null || change.op().equals("d")) {
        rows.remove(change.key());
      } else if (change.op().equals("t")) {
        rows.clear();
      } else {
        rows.put(change.key(), texts(change.value().get("after"), Set.of()));
      }
    }
    TreeMap<String, List<String>> rows = new TreeMap<>();
    byPartition.values().forEach(part -> part.values().forEach(row -> rows.put(row.get(0), row)));
    return rows;
  }

  /** A row's columns as PostgreSQL's text; those named are base64 of bytes. */
  static List<String> texts(JsonNode row, Set<String> bytes) {
    List<String> texts = new ArrayList<>();
    row.properties()
        .forEach(
            field -> {
              JsonNode value = field.getValue();
              if (value.isNull()) {
                texts.add(null);
              } else if (bytes.contains(field.getKey())) {
                texts.add("\\x" + HexFormat.of().formatHex(Base64.getDecoder().decode(value.textValue())));
              } else {
                texts.add(value.asText());
              }
            });
    return texts;
  }
}
