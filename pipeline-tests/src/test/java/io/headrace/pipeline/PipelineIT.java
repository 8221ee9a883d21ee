package io.headrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.cli.workload.ChangeKind;
import io.headrace.cli.workload.RandomWorkload;
import io.headrace.cli.workload.WorkloadShape;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A storm in the source, and the warehouse equals it whenever the storm takes breath. */
class PipelineIT {

  private static final Duration WITHIN = Duration.ofSeconds(60);

  @ParameterizedTest
  @EnumSource
  void the_warehouse_equals_the_source_through_a_storm(Example example) throws Exception {
    long seed = Seeds.next("PipelineIT " + example);
    Setup setup = Setup.of(example, 3);
    try (RandomWorkload storm =
        new RandomWorkload(setup.source(), setup.tables(), seed, WorkloadShape.STORM)) {
      change(storm, 50);
      try (Pipeline pipeline = Pipeline.start(setup)) {
        for (int breath = 0; breath < Soak.times(5); breath++) {
          change(storm, 120);
          Convergence.assertEqual(setup, WITHIN, pipeline::check);
        }
        storm.copy(example.facts(), 2_000);
        Convergence.assertEqual(setup, WITHIN, pipeline::check);
      }
      assertThat(storm.counts())
          .containsKeys(
              Arrays.stream(ChangeKind.values())
                  .filter(kind -> kind != ChangeKind.TRUNCATE)
                  .toArray(ChangeKind[]::new));
    }
  }

  private static void change(RandomWorkload storm, int transactions) {
    for (int i = 0; i < transactions; i++) {
      storm.transaction();
    }
  }
}
