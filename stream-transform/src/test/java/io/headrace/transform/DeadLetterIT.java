package io.headrace.transform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headrace.stage.StageException;
import io.headrace.star.Star;
import io.headrace.testing.TestServers;
import io.headrace.wire.DeadLetterRecord;
import io.headrace.wire.DeadLetterRecord.Place;
import io.headrace.wire.RecaptureMessage;
import io.headrace.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records that cannot be read are set aside exactly once, and nothing else is lost by it. */
class DeadLetterIT {
  private static final int PARTITIONS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final String kafka = TestServers.kafka();
  private final Topics topics = new Topics(TestServers.uniqueName("letters"));
  private final Star star = TestStars.odd();
  private final String table = topics.table(star.sources().get(0).name());
  private final long seed = new Random().nextLong();

  @TempDir private Path state;

  private TestCapture capture;

  @BeforeEach
  void startCapture() {
    System.out.println("seed " + seed + "L");
    capture = new TestCapture(kafka, star, topics, PARTITIONS, seed);
  }

  @AfterEach
  void closeCapture() {
    capture.close();
  }

  private RunningTransform transform(int limit) {
    return new RunningTransform(
        new TransformSettings(kafka, topics, state.resolve("a"), 2, (short) -1, true, limit), star);
  }

  private void write(int epochs) {
    for (int i = 0; i < epochs; i++) {
      capture.write(capture.some(8));
    }
  }

  private void awaitAll(FactReader facts) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> facts.read() == capture.epoch());
  }

  /** All committed records of the topic of dead letters. */
  private List<ConsumerRecord<byte[], byte[]>> letters() {
    TopicPartition partition = new TopicPartition(topics.deadLetters(), 0);
    List<ConsumerRecord<byte[], byte[]>> letters = new ArrayList<>();
    try (Consumer<byte[], byte[]> consumer = GapProbe.consumer(kafka)) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = requireNonNull(consumer.endOffsets(List.of(partition)).get(partition));
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofMillis(50)).forEach(letters::add);
      }
    }
    return letters;
  }

  private static DeadLetterRecord parsed(ConsumerRecord<byte[], byte[]> record) {
    Map<String, byte[]> headers = new HashMap<>();
    for (Header header : record.headers()) {
      headers.put(header.key(), header.value());
    }
    return DeadLetterRecord.parse(record.key(), record.value(), headers);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private void sendGarbage() {
    capture.sendForeign(table, 0, null, bytes("garbage"));
    capture.sendForeign(table, 1, bytes("no json"), null);
    capture.sendForeign(table, 2, bytes("{\"name\":\"x\"}"), bytes("{\"op\":\"c\"}"));
    capture.sendForeign(topics.epochs(), 0, bytes("epoch"), bytes("{\"epoch\":"));
  }

  @Test
  void foreignRecordsChangeNothing() {
    try (FactReader facts = new FactReader(kafka, star, topics, PARTITIONS, capture)) {
      write(5);
      sendGarbage();
      write(1);
      try (RunningTransform transform = transform(100)) {
        awaitAll(facts);
        write(5);
        sendGarbage();
        write(5);
        awaitAll(facts);
        assertThat(transform.failure).isNull();
      }
    }
    assertThat(letters())
        .extracting(letter -> parsed(letter).cause())
        .filteredOn(cause -> cause.startsWith("the record must have the header headrace.epoch"))
        .hasSize(6);
    assertThat(letters()).allSatisfy(letter -> assertThat(parsed(letter).recapture()).isNull());
    assertThat(letters())
        .filteredOn(letter -> parsed(letter).place().topic().equals(table))
        .filteredOn(letter -> parsed(letter).place().partition() == 1)
        .allSatisfy(
            letter -> {
              assertThat(parsed(letter).value()).isNull();
              assertThat(requireNonNull(parsed(letter).key())).isEqualTo(bytes("no json"));
            });
  }

  @Test
  void eachIsThereOnceAlthoughTheTransformIsKilled() throws Exception {
    try (FactReader facts = new FactReader(kafka, star, topics, PARTITIONS, capture)) {
      for (int i = 0; i < 2; i++) {
        Process process = TransformProcess.start(kafka, topics, state.resolve("a"));
        try {
          write(5);
          await()
              .atMost(PATIENCE)
              .pollInterval(Duration.ofMillis(10))
              .until(() -> facts.read() > capture.epoch() - 5);
          sendGarbage();
          capture.sendRaw(
              table, 1, bytes("{\"name\":\"nobody " + i + "\"}"), bytes("{"), capture.epoch() + 1);
          write(5);
        } finally {
          process.destroyForcibly().waitFor();
        }
      }
      try (RunningTransform transform = transform(100)) {
        awaitAll(facts);
        assertThat(transform.failure).isNull();
      }
    }
    // A random TRUNCATE may have ended some since.
    List<Place> places =
        letters().stream()
            .filter(letter -> letter.value() != null)
            .map(letter -> Place.parse(letter.key()))
            .toList();
    assertThat(places).filteredOn(place -> place.topic().equals(table)).hasSize(8);
    assertThat(places).doesNotHaveDuplicates();
  }

  @Test
  void aRecordOfOursThatCannotBeReadIsReplacedByTheNextOfItsKey() {
    byte[] key = bytes("{\"name\":\"nobody\"}");
    try (FactReader facts = new FactReader(kafka, star, topics, PARTITIONS, capture);
        RunningTransform transform = transform(100)) {
      write(3);
      capture.sendRaw(table, 1, key, bytes("{\"op\":\"z\"}"), capture.epoch() + 1);
      capture.write(0);
      awaitAll(facts);
      assertThat(letters()).hasSize(1);
      DeadLetterRecord letter = parsed(letters().get(0));
      assertThat(letter.cause()).isEqualTo("\"op\" must be one of c, u, r, d, t but was \"z\"");
      assertThat(letter.place().topic()).isEqualTo(table);
      assertThat(letter.epoch()).isEqualTo(capture.epoch());
      assertThat(letter.key()).isEqualTo(key);
      assertThat(letter.value()).isEqualTo(bytes("{\"op\":\"z\"}"));
      RecaptureMessage recapture = RecaptureMessage.parse(requireNonNull(letter.recapture()));
      assertThat(recapture.tables().get(0).keys()).containsExactly(Map.of("name", "nobody"));
      capture.sendRaw(table, 1, key, null, capture.epoch() + 1);
      capture.write(0);
      awaitAll(facts);
      assertThat(letters()).hasSize(2);
      ConsumerRecord<byte[], byte[]> end = letters().get(1);
      assertThat(Place.parse(end.key())).isEqualTo(letter.place());
      assertThat(end.value()).isNull();
      assertThat(end.headers().lastHeader(DeadLetterRecord.STATE).value())
          .isEqualTo(bytes("replaced"));
      assertThat(transform.failure).isNull();
    }
  }

  @Test
  void tooManyStopItUntilSomeAreDiscarded() {
    try (FactReader facts = new FactReader(kafka, star, topics, PARTITIONS, capture)) {
      try (RunningTransform transform = transform(2)) {
        write(2);
        awaitAll(facts);
        for (int i = 0; i < 3; i++) {
          capture.sendForeign(table, 1, null, bytes("garbage"));
        }
        await().atMost(PATIENCE).until(() -> !transform.isAlive());
        assertThat(requireNonNull(transform.failure))
            .isInstanceOf(StageException.class)
            .hasMessageStartingWith(
                "At most 2 dead letters of the transform may wait (--dead-letter-limit), but there"
                    + " would be 3; nothing of the present transaction is kept. The last: cannot use"
                    + " the record at topic "
                    + table);
      }
      try (RunningTransform transform = transform(3)) {
        write(1);
        awaitAll(facts);
        assertThat(transform.failure).isNull();
        assertThat(letters()).hasSize(3);
      }
      for (ConsumerRecord<byte[], byte[]> letter : letters()) {
        capture.sendForeign(topics.deadLetters(), 0, letter.key(), null);
      }
      try (RunningTransform transform = transform(2)) {
        capture.sendForeign(table, 1, null, bytes("more garbage"));
        write(1);
        awaitAll(facts);
        assertThat(transform.failure).isNull();
      }
    }
  }
}
