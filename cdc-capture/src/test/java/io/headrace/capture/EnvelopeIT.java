package io.headrace.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.format.Json;
import io.headrace.stage.Database;
import io.headrace.testing.TestServers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** The envelopes that we write ourselves are those of Debezium, field for field. */
class EnvelopeIT {

  private final String prefix = TestServers.uniqueName("envelope");

  @Test
  void aChangesRecordIsWhatDebeziumItselfWrites() throws IOException {
    Source source =
        new Source(
            "CREATE TABLE whole (id int, part int, \"a \"\"name\" text, b boolean, PRIMARY KEY (part, id))",
            "ALTER TABLE whole REPLICA IDENTITY FULL",
            "CREATE TABLE keyed (id int PRIMARY KEY, a int)",
            "CREATE PUBLICATION plain FOR TABLE whole, keyed",
            "SELECT pg_create_logical_replication_slot('" + prefix + "', 'pgoutput')");
    try (CaptureRun run = CaptureRun.start(source, prefix, source.star("whole", "keyed"))) {
      run.awaitCaught(source);
      run.awaitCaught(source); // by a commit that comes through the stream
      source.run(
          "INSERT INTO whole VALUES (1, 2, 'x\"\\é\n', true), (2, 2, NULL, NULL)",
          "BEGIN; INSERT INTO keyed VALUES (1, 4), (2, NULL);"
              + " UPDATE whole SET b = false; UPDATE keyed SET a = 5; COMMIT",
          "UPDATE whole SET id = id + 10 WHERE id = 1",
          "UPDATE keyed SET id = 7 WHERE id = 1",
          "DELETE FROM whole",
          "DELETE FROM keyed");
      run.awaitCaught(source);
    }
    List<String> ours = new ArrayList<>();
    for (String table : List.of("whole", "keyed")) {
      for (Captured.Change change : Captured.read(prefix, table).changes(table)) {
        ours.add(change.key() + " " + comparable(change.value()));
      }
    }
    assertThat(ours).hasSize(2 + 2 + 2 + 2 + 3 + 3 + 4 + 4);
    assertThat(debezium(source.database(), ours.size())).containsExactlyInAnyOrderElementsOf(ours);
  }

  private List<String> debezium(Database source, int expected) throws IOException {
    List<String> records = new CopyOnWriteArrayList<>();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (DebeziumEngine<ChangeEvent<String, String>> engine =
        DebeziumEngine.create(Json.class)
            .using(settings(source))
            .notifying(
                record -> {
                  if (record.destination().startsWith(prefix + ".public.")) {
                    records.add(parse(record.key()) + " " + comparable(parse(record.value())));
                  }
                })
            .build()) {
      thread.execute(engine);
      await().atMost(Duration.ofSeconds(60)).until(() -> records.size() >= expected);
    } finally {
      thread.shutdown();
    }
    return records;
  }

  private Properties settings(Database source) {
    Properties settings = new Properties();
    settings.setProperty("name", prefix);
    settings.setProperty("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
    settings.setProperty(
        "offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore");
    settings.setProperty("topic.prefix", prefix);
    settings.setProperty("database.hostname", source.host());
    settings.setProperty("database.port", Integer.toString(source.port()));
    settings.setProperty("database.dbname", source.name());
    settings.setProperty("database.user", source.user());
    settings.setProperty("database.password", source.password());
    settings.setProperty("plugin.name", "pgoutput");
    settings.setProperty("slot.name", prefix);
    settings.setProperty("publication.name", "plain");
    settings.setProperty("publication.autocreate.mode", "disabled");
    settings.setProperty("snapshot.mode", "no_data");
    settings.setProperty("provide.transaction.metadata", "true");
    settings.setProperty("key.converter.schemas.enable", "false");
    settings.setProperty("value.converter.schemas.enable", "false");
    return settings;
  }

  private static JsonNode parse(String json) {
    try {
      return json == null ? null : Captured.JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError(json, e);
    }
  }

  /** Without the moment of writing. */
  private static JsonNode comparable(JsonNode envelope) {
    if (envelope != null) {
      ((ObjectNode) envelope).remove(List.of("ts_ms", "ts_us", "ts_ns"));
    }
    return envelope;
  }
}
