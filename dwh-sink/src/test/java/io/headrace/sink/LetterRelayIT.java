package io.headrace.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headrace.testing.TestServers;
import io.headrace.wire.DeadLetterRecord;
import io.headrace.wire.DeadLetterRecord.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The warehouse's table of dead letters and their topic tell the same. */
class LetterRelayIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final StarFixture family = Family.fixture();

  @Test
  void whatTheSinkSetsAsideAndItsEndStandInTheTopic() {
    family.inWarehouse("ALTER TABLE d_parent ADD CONSTRAINT short CHECK (length(name) < 10)");
    try (FactFeed feed = new FactFeed(family, 1).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(1, () -> feed.row("d_parent", "7", "much too long"));
      sink.awaitEpoch(1);
      ConsumerRecord<byte[], byte[]> set =
          await().atMost(PATIENCE).until(this::last, r -> r != null);
      DeadLetterRecord letter = DeadLetterRecord.parse(set.key(), set.value(), headers(set));
      assertThat(letter.place().stage()).isEqualTo(DeadLetterRecord.SINK);
      assertThat(letter.place().topic())
          .isEqualTo(family.topics.facts(family.star.generation(), "d_parent"));
      assertThat(letter.epoch()).isEqualTo(1);
      assertThat(letter.table()).isEqualTo("d_parent");
      assertThat(letter.sqlState()).isEqualTo("23514");
      assertThat(letter.cause()).contains("short");
      assertThat(new String(requireNonNull(letter.key()), UTF_8)).isEqualTo("7");
      assertThat(new String(requireNonNull(letter.value()), UTF_8)).isEqualTo("7\tmuch too long");

      feed.epoch(2, () -> feed.row("d_parent", "7", "short"));
      sink.awaitEpoch(2);
      ConsumerRecord<byte[], byte[]> ended =
          await().atMost(PATIENCE).until(this::last, r -> r != null && r.value() == null);
      assertThat(ended.key()).isEqualTo(set.key());
      assertThat(headers(ended).get(DeadLetterRecord.STATE)).asString(UTF_8).isEqualTo("replaced");
    }
  }

  @Test
  void whatTheTransformSetsAsideAndItsEndStandInTheTable() throws Exception {
    String topic = family.topics.table(family.star.sources().get(0).name());
    DeadLetterRecord letter = letter(topic, 5, "no value");
    try (FactFeed feed = new FactFeed(family, 1).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(1, () -> feed.row("d_parent", "1", "Ann"));
      sink.awaitEpoch(1);
      send(letter.place(), letter.recordValue(), letter.headers());
      send(letter.place(), letter.recordValue(), letter.headers()); // at least once
      awaitRows("transform," + topic + ",0,5,public.parent,{\"id\":7},waiting,no value,t");
    }
    send(letter.place(), null, Map.of(DeadLetterRecord.STATE, "applied".getBytes(UTF_8)));
    try (RunningSink sink = new RunningSink(family)) {
      awaitRows("transform," + topic + ",0,5,public.parent,{\"id\":7},applied,no value,t");
    }
  }

  @Test
  void whatPostgresqlCannotHoldStopsNoLetterBehindIt() throws Exception {
    String topic = family.topics.table(family.star.sources().get(0).name());
    DeadLetterRecord foreign = letter("no\0topic", 5, "foreign");
    DeadLetterRecord odd = letter(topic, 6, "x\0y");
    try (FactFeed feed = new FactFeed(family, 1).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(1, () -> feed.row("d_parent", "1", "Ann"));
      sink.awaitEpoch(1);
      send(foreign.place(), foreign.recordValue(), foreign.headers());
      send(odd.place(), odd.recordValue(), odd.headers());
      awaitRows("transform," + topic + ",0,6,public.parent,{\"id\":7},waiting,x\uFFFDy,t");
    }
  }

  private DeadLetterRecord letter(String topic, long offset, String cause) {
    return new DeadLetterRecord(
        new Place(DeadLetterRecord.TRANSFORM, topic, 0, offset),
        null,
        "public.parent",
        family.star.generation(),
        cause,
        null,
        Instant.parse("2026-03-04T05:06:07Z"),
        "{\"id\":7}".getBytes(UTF_8),
        null,
        null);
  }

  private void awaitRows(String... rows) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        family.rows(
                            """
                            SELECT stage, topic, partition, kafka_offset, table_name, key, state, cause, record_value IS NULL
                            FROM headrace.dead_letter ORDER BY id"""))
                    .containsExactly(rows));
  }

  private void send(Place place, byte @Nullable [] value, Map<String, byte[]> headers)
      throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", TestServers.kafka()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(family.topics.deadLetters(), 0, place.recordKey(), value);
      headers.forEach(record.headers()::add);
      producer.send(record).get();
    }
  }

  private static Map<String, byte[]> headers(ConsumerRecord<byte[], byte[]> record) {
    Map<String, byte[]> headers = new HashMap<>();
    record.headers().forEach(header -> headers.put(header.key(), header.value()));
    return headers;
  }

  /** The topic's last record; null when it has none. */
  private @Nullable ConsumerRecord<byte[], byte[]> last() {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", TestServers.kafka(), "auto.offset.reset", "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      TopicPartition topic = new TopicPartition(family.topics.deadLetters(), 0);
      consumer.assign(List.of(topic));
      long end = consumer.endOffsets(List.of(topic)).getOrDefault(topic, 0L);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      while (consumer.position(topic) < end) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
      return records.isEmpty() ? null : records.get(records.size() - 1);
    }
  }
}
