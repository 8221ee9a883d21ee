package io.headrace.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import io.headrace.star.Column;
import io.headrace.star.DataType;
import io.headrace.star.SourceTable;
import io.headrace.star.TableName;
import io.headrace.testing.TestDatabase;
import io.headrace.testing.TestServers;
import io.headrace.wire.Topics;
import java.sql.SQLException;
import java.time.Duration;
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

  private static RecaptureRequest request() {
    SourceTable table =
        new SourceTable(
            new TableName("public", "t\"t"),
            List.of(
                column("n", "integer", DataType.Family.NUMBER),
                column("b", "bytea", DataType.Family.BYTES),
                column("y", "boolean", DataType.Family.BOOLEAN),
                column("w", "text", DataType.Family.TEXT)),
            List.of(0, 1, 2, 3));
    return new RecaptureRequest(
        UUID.randomUUID(), Map.of(table, List.of(List.of("12", "\\x00ff", "t", "it's \\ ä"))));
  }

  private static Column column(String name, String type, DataType.Family family) {
    return new Column(name, new DataType(type, family), Column.Absent.UNKNOWN);
  }

  @Test
  void aRequestGoesIntoTheLogAndIsDoneWhenAnEpochSaysSo() throws Exception {
    createTopic();
    Sides.execute(source, "CREATE PUBLICATION p");
    String slot = TestServers.uniqueName("slot");
    Sides.execute(source, "SELECT pg_create_logical_replication_slot('" + slot + "', 'pgoutput')");
    epoch("{\"epoch\":7,\"recaptured\":[\"an older one\"]}");
    RecaptureRequest first = request();
    RecaptureRequest second = request();
    try (Recapture recapture = open()) {
      recapture.ask(first);
      recapture.ask(second);
      epoch("{\"epoch\":8,\"ends\":{}}");
      epoch("{\"epoch\":9,\"recaptured\":[\"" + first.id() + "\"]}");
      epoch("{\"epoch\":10,\"recaptured\":[\"another's\",\"" + second.id() + "\"]}");

      assertThat(recapture.await(Set.of(first.id(), second.id()), Duration.ofSeconds(30)))
          .isEqualTo(10);
    }
    assertThat(messages(slot))
        .anyMatch(
            message -> message.contains("headrace.recapture\0") && message.endsWith(first.json()))
        .anyMatch(message -> message.endsWith(second.json()));
    Sides.execute(source, "SELECT pg_drop_replication_slot('" + slot + "')");
    assertThat(first.json())
        .isEqualTo(
            "{\"id\":\""
                + first.id()
                + "\",\"tables\":[{\"table\":{\"schema\":\"public\",\"name\":\"t\\\"t\"},"
                + "\"keys\":[{\"n\":12,\"b\":\"AP8=\",\"y\":true,\"w\":\"it's \\\\ ä\"}]}]}");
  }

  @Test
  void aCaptureThatDoesNotAnswerIsAnError() throws Exception {
    createTopic();
    RecaptureRequest request = request();
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

  private void epoch(String json) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", TestServers.kafka()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topics.epochs(), json.getBytes(UTF_8))).get();
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
