package io.headrace.transform;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.star.Star;
import io.headrace.star.StarTable;
import io.headrace.wire.EpochMark;
import io.headrace.wire.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads all fact topics from their beginning and compares them with the oracle at every mark. */
final class FactReader implements AutoCloseable {

  private final TestCapture capture;
  private final Map<String, Integer> starTables = new HashMap<>();
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, Map<String, String>> facts = new HashMap<>();
  private final Map<TopicPartition, Long> marks = new HashMap<>();

  /** The epoch whose mark need not follow the one before. */
  long mayJumpTo;

  FactReader(String kafka, Star star, Topics topics, int partitions, TestCapture capture) {
    this.capture = capture;
    consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                kafka,
                "isolation.level",
                "read_committed",
                "auto.offset.reset",
                "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> all = new ArrayList<>();
    for (StarTable table : star.tables()) {
      String topic = topics.facts(star.generation(), table.name());
      starTables.put(topic, starTables.size());
      for (int p = 0; p < partitions; p++) {
        all.add(new TopicPartition(topic, p));
      }
    }
    all.forEach(partition -> facts.put(partition, new TreeMap<>()));
    all.forEach(partition -> marks.put(partition, 0L));
    consumer.assign(all);
  }

  /** Reads what is there; returns the last epoch that every partition has shown whole. */
  long read() {
    consumer.poll(Duration.ofMillis(50)).forEach(this::read);
    return marks.values().stream().mapToLong(Long::longValue).min().orElseThrow();
  }

  private void read(ConsumerRecord<byte[], byte[]> message) {
    TopicPartition partition = new TopicPartition(message.topic(), message.partition());
    Map<String, String> held = java.util.Objects.requireNonNull(facts.get(partition));
    if (!EpochMark.isMark(message.key())) {
      String key = SourceModel.text(message.key());
      String value = message.value() == null ? null : SourceModel.text(message.value());
      String before = value == null ? held.remove(key) : held.put(key, value);
      assertThat(value).as("an unchanged fact is not sent again: %s", message).isNotEqualTo(before);
      return;
    }
    EpochMark mark = EpochMark.parse(message.value());
    long last = java.util.Objects.requireNonNull(marks.put(partition, mark.number()));
    if (last != 0 && mark.number() != mayJumpTo) {
      assertThat(mark.number()).as("marks of %s", partition).isEqualTo(last + 1);
    }
    int table = java.util.Objects.requireNonNull(starTables.get(message.topic()));
    assertThat(held)
        .as("%s at the end of epoch %s", partition, mark.number())
        .isEqualTo(
            java.util.Objects.requireNonNull(capture.oracle.get(mark.number()))
                .get(message.partition())
                .get(table));
  }

  @Override
  public void close() {
    consumer.close();
  }
}
