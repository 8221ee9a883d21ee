package io.headrace.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headrace.stage.StageException;
import io.headrace.star.Star;
import io.headrace.testing.TestServers;
import io.headrace.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransformIT {

  private static final int PARTITIONS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final String kafka = TestServers.kafka();
  private final Topics topics = new Topics(TestServers.uniqueName("transform"));
  private final Star star = TestStars.odd();
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

  private RunningTransform transform(String name) {
    return new RunningTransform(kafka, star, topics, state.resolve(name), 2);
  }

  /** One that may not set anything aside. */
  private RunningTransform strict(String name) {
    return new RunningTransform(
        new TransformSettings(kafka, topics, state.resolve(name), 2, (short) -1, true, 0), star);
  }

  private FactReader facts() {
    return new FactReader(kafka, star, topics, PARTITIONS, capture);
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

  @Test
  void everyEpochIsTheJoinOfItsState() {
    try (RunningTransform transform = transform("a");
        FactReader facts = facts()) {
      write(40);
      awaitAll(facts);
      capture.leaveGaps();
      write(20);
      awaitAll(facts);
      await().atMost(PATIENCE).until(() -> transform.completed == capture.epoch());
      assertThat(transform.failure).isNull();
    }
  }

  @Test
  void goesOnAfterARestartWithAndWithoutItsState() {
    try (FactReader facts = facts()) {
      for (String directory : new String[] {"a", "a", "lost"}) {
        try (RunningTransform transform = transform(directory)) {
          write(20);
          awaitAll(facts);
          write(5);
          assertThat(transform.failure).isNull();
        }
      }
      try (RunningTransform transform = transform("a")) {
        awaitAll(facts);
        assertThat(transform.failure).isNull();
      }
    }
  }

  @Test
  void goesOnAfterAKill() throws Exception {
    try (FactReader facts = facts()) {
      for (int i = 0; i < 2; i++) {
        Process process = TransformProcess.start(kafka, topics, state.resolve("killed"));
        try {
          write(10);
          await()
              .atMost(PATIENCE)
              .pollInterval(Duration.ofMillis(10))
              .until(() -> facts.read() > capture.epoch() - 5);
          write(5);
        } finally {
          process.destroyForcibly().waitFor();
        }
      }
      try (RunningTransform transform = transform("killed")) {
        awaitAll(facts);
        assertThat(transform.failure).isNull();
      }
    }
  }

  @Test
  void epochsThatAreTooOldAreTakenTogetherWithTheNewest() {
    capture.age = StartOffsets.WHOLE.plusHours(1);
    try (FactReader facts = facts()) {
      try (RunningTransform transform = transform("a")) {
        write(10);
        awaitAll(facts);
        assertThat(transform.failure).isNull();
      }
      write(10);
      capture.age = Duration.ZERO;
      write(1);
      facts.mayJumpTo = capture.epoch();
      try (RunningTransform transform = transform("a")) {
        awaitAll(facts);
        write(5);
        awaitAll(facts);
        assertThat(transform.failure).isNull();
      }
    }
  }

  @Test
  void instancesShareTheWork() {
    try (FactReader facts = facts();
        RunningTransform second = secondInstance(facts)) {
      write(30);
      awaitAll(facts);
      assertThat(second.failure).isNull();
    }
  }

  private RunningTransform secondInstance(FactReader facts) {
    try (RunningTransform first = transform("a")) {
      write(20);
      awaitAll(facts);
      RunningTransform second = transform("b");
      while (second.completed == 0) {
        write(1);
        awaitAll(facts);
      }
      assertThat(first.failure).isNull();
      return second;
    }
  }

  @Test
  void anEpochMayEndBehindItsLastRecord() {
    try (RunningTransform transform = transform("a");
        FactReader facts = facts()) {
      write(3);
      capture.leaveGaps();
      capture.write(0);
      awaitAll(facts);
      assertThat(transform.failure).isNull();
    }
  }

  @Test
  void aStarThatComesLaterBeginsWithTheNewestEpoch() {
    write(20);
    try (RunningTransform transform = transform("a");
        FactReader facts = facts()) {
      awaitAll(facts);
      write(10);
      awaitAll(facts);
      assertThat(transform.failure).isNull();
    }
  }

  @Test
  void aFactTopicThatIsDeletedMeanwhileAsksForAReplay() throws Exception {
    String topic = topics.facts(star.generation(), star.tables().get(0).name());
    try (RunningTransform transform = transform("a")) {
      write(2);
      await().atMost(PATIENCE).until(() -> transform.completed == capture.epoch());
      delete(topic);
      write(1);
      await().atMost(PATIENCE).until(() -> !transform.isAlive());
      assertThat(Objects.requireNonNull(transform.failure))
          .isInstanceOf(StageException.class)
          .hasMessageStartingWith(topic + " was deleted in Kafka")
          .hasMessageEndingWith("run ./headrace replay --rejoin");
    }
  }

  @Test
  void epochsThatAreDeletedMeanwhileAreWaitedFor() throws Exception {
    try (RunningTransform transform = transform("a")) {
      write(2);
      await().atMost(PATIENCE).until(() -> transform.completed == capture.epoch());
      delete(topics.epochs());
      String again = "The transform starts again: " + topics.epochs() + " was deleted in Kafka.";
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  transform.said.contains(again)
                      && transform.said.contains(
                          "The transform waits for the capture to create its topics."));
      assertThat(transform.isAlive()).isTrue();
    }
  }

  private void delete(String topic) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
      admin.deleteTopics(List.of(topic)).all().get();
    }
  }

  @Test
  void aBadRecordIsToldWithItsPlaceWhereNoneMayBeSetAside() {
    String topic = topics.table(star.sources().get(0).name());
    try (RunningTransform transform = strict("a")) {
      write(2);
      await().atMost(PATIENCE).until(() -> transform.completed == capture.epoch());
      capture.sendRaw(topic, 1, "{\"name\":\"x\"}".getBytes(), "{\"op\":\"z\"}".getBytes(), 3);
      await().atMost(PATIENCE).until(() -> !transform.isAlive());
      assertThat(Objects.requireNonNull(transform.failure))
          .isInstanceOf(StageException.class)
          .hasMessageStartingWith(
              "cannot use the record at topic " + topic + ", partition 1, offset ")
          .hasMessageEndingWith(
              "key {\"name\":\"x\"}: \"op\" must be one of c, u, r, d, t but was \"z\"");
    }
  }
}
