package io.headrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * At every instant a reader of the warehouse sees, in all tables of the star together, a state that
 * the source had right after one of its commits, and the position says which.
 */
class PromiseIT {

  private static final Duration WITHIN = Duration.ofSeconds(90);

  @ParameterizedTest
  @CsvSource({"SCHOOL, 3", "SHOP, 3"})
  void every_state_ever_read_is_one_that_the_source_had(Example example, int partitions)
      throws Exception {
    kept(example, partitions);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8})
  @Tag("long")
  void with_any_number_of_partitions(int partitions) throws Exception {
    kept(Example.SCHOOL, partitions);
  }

  private static void kept(Example example, int partitions) throws Exception {
    Setup setup = Setup.of(example, partitions);
    try (Witness witness = new Witness(setup, example, Seeds.next("PromiseIT " + example))) {
      witness.writer().commitRandom(150);
      try (Pipeline pipeline = Pipeline.start(setup)) {
        witness.storm(Soak.seconds(3), pipeline::check);
        for (StageKind kind : StageKind.values()) {
          witness.storm(Soak.seconds(1), pipeline::check);
          pipeline.restart(kind);
        }
        witness.storm(Soak.seconds(2), pipeline::check);
        witness.converge(WITHIN, pipeline::check);
      }
      witness.assertKept(8);
    }
  }

  @Test
  void a_transaction_of_100000_rows_appears_at_once() throws Exception {
    Setup setup = Setup.of(Example.SCHOOL, 3);
    try (Witness witness = new Witness(setup, Example.SCHOOL, Seeds.next("PromiseIT, large"));
        Pipeline pipeline = Pipeline.start(setup)) {
      witness.converge(WITHIN, pipeline::check);
      Writer writer = witness.writer();
      writer.commit(
          """
          INSERT INTO stream_module_lesson (id, title, description, stream_module_id)
          SELECT 10000 + n, 'lesson ' || n, repeat('x', n % 200), 1 + n % 5 FROM generate_series(1, 100000) n""");
      writer.commit("UPDATE course SET title = 'right after it' WHERE id = 1");
      witness.converge(WITHIN, pipeline::check);
      writer.commit("UPDATE stream SET course_id = 3");
      writer.commit("UPDATE stream_module_lesson SET stream_module_id = NULL WHERE id % 3 = 0");
      witness.converge(WITHIN, pipeline::check);
      writer.commit("DELETE FROM stream_module_lesson WHERE id > 10000");
      writer.commit("UPDATE course SET title = 'over' WHERE id = 1");
      witness.converge(WITHIN, pipeline::check);
      witness.assertKept(4);
    }
  }

  /** The check of the promise, seen to fail. */
  @Test
  void without_holding_back_a_state_is_read_that_the_source_never_had() throws Exception {
    Setup setup = Setup.of(Example.SCHOOL, 3).withoutHoldBack();
    try (Witness witness =
            new Witness(setup, Example.SCHOOL, Seeds.next("PromiseIT, not holding back"));
        Pipeline pipeline = Pipeline.start(setup)) {
      witness
          .writer()
          .commit(
              """
          INSERT INTO stream_module_lesson (id, title, stream_module_id)
          SELECT 10000 + n, 'lesson ' || n, 1 + n % 5 FROM generate_series(1, 3000) n""");
      for (int attempt = 0; attempt < 30 && witness.objections().isEmpty(); attempt++) {
        witness.storm(Duration.ofSeconds(2), pipeline::check);
      }
      assertThat(witness.objections()).isNotEmpty();
    }
  }
}
