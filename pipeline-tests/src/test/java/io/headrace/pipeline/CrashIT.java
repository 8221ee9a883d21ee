package io.headrace.pipeline;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The stages are lost as machines are lost, at any moment; nothing else is. */
class CrashIT {

  private static final Duration WITHIN = Duration.ofMinutes(2);

  @Test
  void nothing_is_lost_when_the_process_is_killed_again_and_again() throws Exception {
    killedAgainAndAgain(Example.SCHOOL);
  }

  @Test
  @Tag("long")
  void nor_of_another_star() throws Exception {
    killedAgainAndAgain(Example.SHOP);
  }

  private static void killedAgainAndAgain(Example example) throws Exception {
    long seed = Seeds.next("CrashIT " + example);
    Random random = new Random(seed);
    Setup setup = Setup.of(example, 3);
    try (Witness witness = new Witness(setup, example, seed)) {
      witness.writer().commitRandom(150);
      for (int life = 0; life < Soak.times(2); life++) {
        try (StageProcess process = StageProcess.start(setup, StageKind.values())) {
          Duration lifetime = Duration.ofMillis(random.nextInt(3_000, 8_000));
          // Every other life is long enough to bring something into the warehouse.
          if (life % 2 == 0) {
            witness.storm(lifetime, process::check);
          } else {
            witness.stormUnseen(lifetime, process::check);
          }
        }
      }
      try (StageProcess process = StageProcess.start(setup, StageKind.values())) {
        witness.converge(WITHIN, process::check);
      }
      witness.assertKept(3);
    }
  }

  @Test
  void nothing_is_lost_when_the_first_load_is_killed() throws Exception {
    Setup setup = Setup.of(Example.SCHOOL, 3);
    setup.onSource(
        """
        INSERT INTO stream_module_lesson (id, title, description, stream_module_id)
        SELECT 10000 + n, 'lesson ' || n, repeat('x', 200), 1 + n % 5 FROM generate_series(1, 150000) n""");
    long seed = Seeds.next("CrashIT, first load");
    Random random = new Random(seed);
    try (Witness witness = new Witness(setup, Example.SCHOOL, seed)) {
      for (int life = 1; life <= Soak.times(2); life++) {
        try (StageProcess process = StageProcess.start(setup, StageKind.values())) {
          witness.stormUnseen(Duration.ofMillis(random.nextInt(3_000, 7_000)), process::check);
          // What was read before must not live on.
          witness
              .writer()
              .commit(
                  "DELETE FROM stream_module_lesson WHERE id BETWEEN 10000 AND 10000 + 3000 * "
                      + life);
        }
      }
      try (StageProcess process = StageProcess.start(setup, StageKind.values())) {
        witness.converge(WITHIN, process::check);
      }
      witness.assertKept(1);
    }
  }

  @Test
  void each_stage_may_be_killed_alone() throws Exception {
    Setup setup = Setup.of(Example.SCHOOL, 3);
    Map<StageKind, StageProcess> processes = new EnumMap<>(StageKind.class);
    try (Witness witness = new Witness(setup, Example.SCHOOL, Seeds.next("CrashIT, one by one"))) {
      for (StageKind kind : StageKind.values()) {
        processes.put(kind, StageProcess.start(setup, kind));
      }
      Runnable check = () -> processes.values().forEach(StageProcess::check);
      witness.converge(WITHIN, check);
      for (StageKind kind : StageKind.values()) {
        witness.storm(Duration.ofSeconds(2), check);
        Objects.requireNonNull(processes.remove(kind)).kill();
        witness.stormUnseen(Duration.ofSeconds(2), check);
        processes.put(kind, StageProcess.start(setup, kind));
      }
      witness.converge(WITHIN, check);
      witness.assertKept(5);
    } finally {
      processes.values().forEach(StageProcess::close);
    }
  }
}
