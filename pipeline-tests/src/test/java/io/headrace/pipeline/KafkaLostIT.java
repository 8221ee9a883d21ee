package io.headrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.sink.Sink;
import io.headrace.sink.SinkSettings;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka is lost with all that was in it, and an empty one takes its place. */
class KafkaLostIT {

  private static final Duration WITHIN = Duration.ofMinutes(2);

  @TempDir Path folder;

  @Test
  void the_star_is_filled_from_a_new_snapshot_and_shows_true_states_all_the_while()
      throws Exception {
    long seed = Seeds.next("KafkaLostIT");
    Setup setup = Setup.of(Example.SCHOOL, 3);
    try (Witness witness = new Witness(setup, Example.SCHOOL, seed)) {
      try (BrokerProcess broker = BrokerProcess.start(folder.resolve("first"));
          Pipeline pipeline = Pipeline.start(setup.withKafka(broker.bootstrapServers()))) {
        witness.storm(Duration.ofSeconds(5), pipeline::check);
      }
      // Also rows that the warehouse has and nobody will tell it about any more.
      witness.stormUnseen(Duration.ofSeconds(2), () -> {});
      try (BrokerProcess broker = BrokerProcess.start(folder.resolve("second"))) {
        Setup after =
            setup.withKafka(broker.bootstrapServers()).withState(folder.resolve("other-state"));
        try (Pipeline pipeline = Pipeline.start(after)) {
          // The new topics are not taken for the old ones.
          assertThat(pipeline.failure(StageKind.SINK, WITHIN))
              .hasMessageContaining("the topic was deleted and made anew")
              .hasMessageContaining("once with --refill");
          pipeline.start(StageKind.SINK, refill(after));
          witness.storm(Duration.ofSeconds(3), pipeline::check);
          witness.converge(WITHIN, pipeline::check);
        }
        // A machine that was off meanwhile has state of what is lost.
        try (Pipeline pipeline = Pipeline.start(after.withState(setup.state()))) {
          witness.storm(Duration.ofSeconds(3), pipeline::check);
          witness.converge(WITHIN, pipeline::check);
        }
      }
      witness.assertKept(5);
    }
  }

  @Test
  void stages_at_work_notice_that_another_kafka_has_come_in_its_place() throws Exception {
    long seed = Seeds.next("KafkaLostIT at work");
    Setup setup = Setup.of(Example.SCHOOL, 3);
    try (Witness witness = new Witness(setup, Example.SCHOOL, seed)) {
      BrokerProcess broker = BrokerProcess.start(folder.resolve("first"));
      String address = broker.bootstrapServers();
      Setup lost = setup.withKafka(address);
      try (Pipeline pipeline = Pipeline.start(lost)) {
        witness.storm(Duration.ofSeconds(3), pipeline::check);
        broker.close();
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        broker = BrokerProcess.start(folder.resolve("second"), port);
        assertThat(broker.bootstrapServers()).isEqualTo(address);
        assertThat(pipeline.failure(StageKind.SINK, WITHIN))
            .hasMessageContaining("the topic was deleted and made anew")
            .hasMessageContaining("once with --refill");
        pipeline.start(StageKind.SINK, refill(lost));
        witness.storm(Duration.ofSeconds(3), pipeline::check);
        witness.converge(WITHIN, pipeline::check);
      } finally {
        broker.close();
      }
      witness.assertKept(3);
    }
  }

  private static Sink refill(Setup setup) {
    return new Sink(
        SinkSettings.live(setup.warehouse(), setup.source(), setup.kafka(), setup.topics(), null)
            .withDeadLetterLimit(0)
            .withRefill(true),
        setup.star(),
        new LoggingListener(StageKind.SINK));
  }
}
