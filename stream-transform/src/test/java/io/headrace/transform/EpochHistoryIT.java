package io.headrace.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.stage.StageException;
import io.headrace.testing.TestServers;
import io.headrace.wire.Epoch;
import io.headrace.wire.EpochJson;
import io.headrace.wire.Lsn;
import io.headrace.wire.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** How far back, at a clock that is set so that some epochs are old. */
class EpochHistoryIT {
  private static final Instant NOW = Instant.parse("2026-06-10T12:00:00Z");

  private final Topics topics = new Topics(TestServers.uniqueName("history"));

  private void write(Map<Integer, Integer> agesInHours) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestServers.kafka()))) {
      admin
          .createTopics(
              List.of(
                  // The broker would take away what is as old as these.
                  new NewTopic(topics.epochs(), Optional.of(1), Optional.empty())
                      .configs(Map.of("retention.ms", "-1"))))
          .all()
          .get();
    }
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", TestServers.kafka()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int number : agesInHours.keySet().stream().sorted().toList()) {
        Instant at = hoursAgo(agesInHours.getOrDefault(number, 0));
        Epoch epoch =
            new Epoch(number, new Lsn(number), at, new Epoch.Source("1", "source"), Map.of());
        producer
            .send(
                new ProducerRecord<>(
                    topics.epochs(), 0, at.toEpochMilli(), new byte[] {1}, EpochJson.write(epoch)))
            .get();
      }
    }
  }

  private static Instant hoursAgo(int hours) {
    return NOW.minus(Duration.ofHours(hours));
  }

  private long at(Instant moment) {
    try (Consumer<byte[], byte[]> consumer = GapProbe.consumer(TestServers.kafka())) {
      return new EpochHistory(consumer, topics, Clock.fixed(NOW, ZoneOffset.UTC))
          .at(moment, List.of())
          .number();
    }
  }

  @Test
  void theLastOldEpochIsWholeWhenTheNextOneIsYoung() throws Exception {
    write(Map.of(1, 500, 2, 400, 3, 300, 4, 100, 5, 50, 6, 0));
    assertThat(at(hoursAgo(300))).isEqualTo(3);
    assertThat(at(hoursAgo(101))).isEqualTo(3);
    assertThat(at(hoursAgo(100))).isEqualTo(4);
    assertThat(at(hoursAgo(1))).isEqualTo(5);
    assertThatThrownBy(() -> at(hoursAgo(301)))
        .isInstanceOf(StageException.class)
        .hasMessageEndingWith("whose state they have is " + hoursAgo(300));
    assertThatThrownBy(() -> at(hoursAgo(-1))).hasMessageContaining("in the future");
    assertThatThrownBy(() -> at(hoursAgo(0)))
        .hasMessageContaining("The capture has not come to " + NOW);
  }

  @Test
  void whereEpochsBetweenAreGoneItBeginsWithTheYoungOnes() throws Exception {
    write(Map.of(1, 500, 4, 100, 5, 0));
    assertThatThrownBy(() -> at(hoursAgo(101)))
        .hasMessageEndingWith("whose state they have is " + hoursAgo(100));
    assertThat(at(hoursAgo(99))).isEqualTo(4);
  }
}
