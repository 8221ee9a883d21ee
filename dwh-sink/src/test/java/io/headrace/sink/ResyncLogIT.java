package io.headrace.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headrace.stage.Database;
import io.headrace.star.TableName;
import io.headrace.testing.TestDatabase;
import io.headrace.testing.TestServers;
import io.headrace.wire.Epoch;
import io.headrace.wire.EpochJson;
import io.headrace.wire.Lsn;
import io.headrace.wire.Rereads;
import io.headrace.wire.Resync;
import io.headrace.wire.Topics;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** What the epochs tell of resyncs, in the warehouse. */
class ResyncLogIT {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Resync NEW_ONE = resync("a", "order", Resync.Trigger.NEW_TABLE);
  private static final Resync ASKED = resync("b", "person", Resync.Trigger.MANUAL);

  private final TestDatabase database = TestServers.newDatabase("warehouse");
  private final Database warehouse =
      new Database(
          database.host(), database.port(), database.name(), database.user(), database.password());
  private final Topics topics = new Topics(TestServers.uniqueName("resyncs"));

  private static Resync resync(String id, String table, Resync.Trigger trigger) {
    return Resync.of(id, new TableName("public", table), trigger, BEGIN, List.of());
  }

  @Test
  void runningAndEndedOnesAreWritten() throws Exception {
    WarehouseSchema.migrateOwn(warehouse);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestServers.kafka()))) {
      admin.createTopics(List.of(new NewTopic(topics.epochs(), 1, (short) 1))).all().get();
    }
    epoch(1, List.of(NEW_ONE.at(Resync.Pass.ROWS, "{}", 7), ASKED), List.of());
    try (ResyncLog log =
        ResyncLog.start(new SinkSettings(warehouse, TestServers.kafka(), topics))) {
      awaitRows("public.order new table running 7", "public.person manual running 0");
      epoch(2, List.of(ASKED), List.of(NEW_ONE.at(Resync.Pass.ROWS, "{}", 9).ended(BEGIN, null)));
      awaitRows("public.order new table done 9", "public.person manual running 0");
      epoch(3, List.of(), List.of(ASKED.ended(BEGIN, "no such table")));
      awaitRows("public.order new table done 9", "public.person manual failed 0 no such table");
    }
  }

  @Test
  void oneWhoseEndNobodySawIsNotRunningForEver() throws Exception {
    WarehouseSchema.migrateOwn(warehouse);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestServers.kafka()))) {
      admin.createTopics(List.of(new NewTopic(topics.epochs(), 1, (short) 1))).all().get();
    }
    epoch(1, List.of(ASKED), List.of());
    SinkSettings settings = new SinkSettings(warehouse, TestServers.kafka(), topics);
    try (ResyncLog log = ResyncLog.start(settings)) {
      awaitRows("public.person manual running 0");
    }
    epoch(2, List.of(), List.of());
    try (ResyncLog log = ResyncLog.start(settings)) {
      awaitRows(
          "public.person manual failed 0 its end was not seen: it was given up, or no sink was at work"
              + " for an hour after it");
    }
  }

  private void awaitRows(String... expected) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(rows()).containsExactly(expected));
  }

  private List<String> rows() throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = warehouse.connect("test");
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT concat_ws(' ', source_table, trigger, state, rows, error)
                FROM headrace.resync WHERE started = '2026-01-01 00:00:00Z' ORDER BY id
                """)) {
      while (row.next()) {
        rows.add(row.getString(1));
      }
    }
    return rows;
  }

  private void epoch(long number, List<Resync> resyncs, List<Resync.Ended> ended) throws Exception {
    byte[] value =
        EpochJson.write(
            new Epoch(
                number,
                new Lsn(number),
                BEGIN,
                new Epoch.Source("1", "db"),
                Map.of(),
                null,
                new Rereads(List.of(), Map.of(), resyncs, ended)));
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", TestServers.kafka()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topics.epochs(), value)).get();
    }
  }
}
