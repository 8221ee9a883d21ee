package io.headrace.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headrace.cli.workload.RandomWorkload;
import io.headrace.cli.workload.WorkloadShape;
import io.headrace.sink.DeadLetter;
import io.headrace.sink.DeadLetters;
import io.headrace.star.TableName;
import io.headrace.wire.Epoch;
import io.headrace.wire.Lsn;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/**
 * Garbage in the topics and a warehouse that refuses some rows, under random changes: but for the
 * keys that wait, everything is as in the source; and in the end those are too.
 */
class DeadLetterIT {
  private static final Duration WITHIN = Duration.ofSeconds(90);

  private final Setup setup = Setup.of(Example.SCHOOL, 3).withDeadLetters(5_000);
  private final DeadLetters letters = new DeadLetters(setup.warehouse());

  @Test
  void all_but_what_waits_is_equal_and_in_the_end_all() throws Exception {
    setup.onWarehouse(
        "ALTER TABLE d_stream_module ADD CONSTRAINT refused CHECK (stream_module_id % 5 <> 1)",
        "ALTER TABLE f_lesson ADD CONSTRAINT refused CHECK (id % 7 <> 3)");
    long seed = Seeds.next("DeadLetterIT");
    try (RandomWorkload workload =
            new RandomWorkload(
                setup.source(), setup.tables(), seed, WorkloadShape.STORM.withoutTruncate());
        KafkaProducer<byte[], byte[]> foreign =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", setup.kafka()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        Pipeline pipeline = Pipeline.start(setup)) {
      assertOnlyLettersDiffer(pipeline);
      for (int round = 0; round < 6; round++) {
        for (int i = 0; i < 40; i++) {
          workload.transaction();
        }
        sendGarbage(foreign, round);
        for (int i = 0; i < 40; i++) {
          workload.transaction();
        }
        if (round % 2 == 1) {
          pipeline.restart(StageKind.SINK);
          pipeline.restart(StageKind.TRANSFORM);
        }
        assertOnlyLettersDiffer(pipeline);
      }
      assertThat(waiting("sink")).isNotEmpty();
      await()
          .atMost(WITHIN)
          .untilAsserted(() -> assertThat(waiting("transform")).hasSize(6 * setup.tables().size()));
      setup.onWarehouse(
          "ALTER TABLE d_stream_module DROP CONSTRAINT refused",
          "ALTER TABLE f_lesson DROP CONSTRAINT refused");
      assertThat(letters.retryAll(setup.source())).isPositive();
      await().atMost(WITHIN).untilAsserted(() -> assertThat(waiting("sink")).isEmpty());
      Convergence.assertEqual(setup, WITHIN, pipeline::check);
      assertReferencesKept();
    }
  }

  @Test
  void a_change_that_could_not_be_read_is_read_again() throws Exception {
    TableName table = new TableName("public", "course");
    try (KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", setup.kafka()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        Pipeline pipeline = Pipeline.start(setup)) {
      Convergence.assertEqual(setup, WITHIN, pipeline::check);
      ProducerRecord<byte[], byte[]> broken =
          new ProducerRecord<>(
              setup.topics().table(table), bytes("{\"id\":1}"), bytes("{\"op\":\"u\",\"after\":"));
      broken.headers().add(Epoch.HEADER, ByteBuffer.allocate(8).putLong(1_000_000).array());
      producer.send(broken).get();
      setup.onSource("UPDATE course SET title = 'other' WHERE id = 2");
      Convergence.assertEqual(setup, WITHIN, pipeline::check);
      await().atMost(WITHIN).untilAsserted(() -> assertThat(waiting("transform")).hasSize(1));
      DeadLetter letter = waiting("transform").get(0);
      assertThat(letter.key()).isEqualTo("{\"id\":1}");
      assertThat(letter.canBeRetried()).isTrue();
      letters.retry(letter.id(), setup.source());
      await()
          .atMost(WITHIN)
          .untilAsserted(() -> assertThat(letters.show(letter.id()).state()).isEqualTo("applied"));
      Convergence.assertEqual(setup, WITHIN, pipeline::check);
    }
  }

  private void sendGarbage(KafkaProducer<byte[], byte[]> foreign, int round) throws Exception {
    for (TableName table : setup.tables()) {
      String topic = setup.topics().table(table);
      byte[] key = bytes(round % 3 == 0 ? "hello" : "{\"id\":" + round + "}");
      foreign.send(new ProducerRecord<>(topic, round % 3, key, bytes("{\"op\":\"d\"}"))).get();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private List<DeadLetter> waiting(String stage) {
    return letters.list(false).stream().filter(letter -> letter.stage().equals(stage)).toList();
  }

  private void assertOnlyLettersDiffer(Pipeline pipeline) throws SQLException {
    try (Connection source = setup.source().connect("oracle");
        Connection warehouse = setup.warehouse().connect("oracle")) {
      Lsn written = Convergence.written(source);
      await("the warehouse at " + written)
          .atMost(WITHIN)
          .pollInterval(Duration.ofMillis(50))
          .until(
              () -> {
                pipeline.check();
                Lsn position = Convergence.position(warehouse);
                return position != null && position.compareTo(written) >= 0;
              });
      await()
          .atMost(WITHIN)
          .untilAsserted(
              () -> {
                Set<String> aside =
                    waiting("sink").stream()
                        .map(letter -> letter.table() + " " + letter.key())
                        .collect(Collectors.toSet());
                List<Difference> others =
                    Oracle.of(setup.sql()).differences(source, warehouse).stream()
                        .filter(d -> !aside.contains(d.table() + " " + d.key()))
                        .toList();
                assertThat(others).as("differences of keys that do not wait").isEmpty();
              });
    }
  }

  private void assertReferencesKept() throws SQLException {
    try (Connection warehouse = setup.warehouse().connect("witness");
        Statement statement = warehouse.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND NOT conenforced")) {
      row.next();
      assertThat(row.getInt(1)).as("foreign keys of the warehouse that lost their force").isZero();
    }
  }
}
