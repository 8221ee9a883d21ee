package io.headrace.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import io.headrace.star.TableName;
import io.headrace.testing.TestDatabase;
import io.headrace.testing.TestServers;
import io.headrace.wire.Epoch;
import io.headrace.wire.EpochJson;
import io.headrace.wire.Lsn;
import io.headrace.wire.RecaptureMessage;
import io.headrace.wire.Rereads;
import io.headrace.wire.Topics;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** The way to the capture and back, with a capture that is played. */
class LogRecaptureIT {
  private final TestDatabase database = TestServers.newDatabase("recapture");
  private final Database source =
      new Database(
          database.host(), database.port(), database.name(), database.user(), database.password());
  private final Topics topics = new Topics(TestServers.uniqueName("recapture"));

  private static RecaptureMessage request() {
    return new RecaptureMessage(
        UUID.randomUUID().toString(),
        List.of(
            new RecaptureMessage.Rows(
                new TableName("public", "t\"t"),
                List.of(Map.of("n", "12"), Map.of("n", "it's \\ ä")))));
  }

  @Test
  void aRequestGoesIntoTheLogAndIsDoneWhenAnEpochSaysSo() throws Exception {
    createTopic();
    Sides.execute(source, "CREATE PUBLICATION p");
    String slot = TestServers.uniqueName("slot");
    Sides.execute(source, "SELECT pg_create_logical_replication_slot('" + slot + "', 'pgoutput')");
    epoch(7, told("an older one"));
    RecaptureMessage first = request();
    RecaptureMessage second = request();
    try (Recapture recapture = open()) {
      recapture.ask(first);
      recapture.ask(second);
      epoch(8, Rereads.NONE);
      epoch(9, told(first.id()));
      epoch(10, told("another's", second.id()));

      assertThat(recapture.await(Set.of(first.id(), second.id()), Duration.ofSeconds(30)))
          .isEqualTo(10);
    }
    assertThat(messages(slot))
        .anyMatch(
            message ->
                message.contains("headrace.recapture\0") && message.endsWith(first.content()))
        .anyMatch(message -> message.endsWith(second.content()));
    Sides.execute(source, "SELECT pg_drop_replication_slot('" + slot + "')");
  }

  @Test
  void aRefusalIsToldAtOnce() throws Exception {
    createTopic();
    RecaptureMessage request = request();
    try (Recapture recapture = open()) {
      recapture.ask(request);
      epoch(
          8,
          new Rereads(
              List.of(),
              Map.of("another's", "no", request.id(), "no table"),
              List.of(),
              List.of()));

      assertThatThrownBy(() -> recapture.await(Set.of(request.id()), Duration.ofSeconds(30)))
          .isInstanceOf(StageException.class)
          .hasMessage("The capture refuses to capture rows again: no table");
    }
  }

  @Test
  void aCaptureThatDoesNotAnswerIsAnError() throws Exception {
    createTopic();
    RecaptureMessage request = request();
    try (Recapture recapture = open()) {
      recapture.ask(request);

      assertThatThrownBy(() -> recapture.await(Set.of(request.id()), Duration.ofMillis(300)))
          .isInstanceOf(StageException.class)
          .hasMessageContaining("1 of 1 are open");
    }
  }

  private Recapture open() {
    return LogRecapture.open(source, TestServers.kafka(), topics, () -> false);
  }

  private void createTopic() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestServers.kafka()))) {
      admin.createTopics(List.of(new NewTopic(topics.epochs(), 1, (short) 1))).all().get();
    }
  }

  private static Rereads told(String... recaptured) {
    return new Rereads(List.of(recaptured), Map.of(), List.of(), List.of());
  }

  private void epoch(long number, Rereads rereads) throws Exception {
    byte[] value =
        EpochJson.write(
            new Epoch(
                number,
                new Lsn(number),
                Instant.EPOCH,
                new Epoch.Source("1", "db"),
                Map.of(),
                null,
                rereads));
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", TestServers.kafka()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topics.epochs(), value)).get();
    }
  }

  private List<String> messages(String slot) throws SQLException {
    return Sides.rows(
            source,
            "SELECT encode(data, 'hex') FROM pg_logical_slot_get_binary_changes('"
                + slot
                + "', NULL, NULL, 'proto_version', '1', 'publication_names', 'p', 'messages', 'true')")
        .stream()
        .map(hex -> new String(HexFormat.of().parseHex(hex), UTF_8))
        .toList();
  }
}
