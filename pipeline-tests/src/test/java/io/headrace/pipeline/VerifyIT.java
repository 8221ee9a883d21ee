package io.headrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.cli.workload.RandomWorkload;
import io.headrace.star.StarFiles;
import io.headrace.verify.LiveAligner;
import io.headrace.verify.Method;
import io.headrace.verify.VerificationReport;
import io.headrace.verify.Verifier;
import io.headrace.verify.VerifySettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** While several write, a comparison finds no difference but those that were planted. */
class VerifyIT {
  private static final Duration WITHIN = Duration.ofSeconds(60);
  private static final int WRITERS = 3;
  private static final int CHANGES_A_SECOND = 60;
  private static final int ROUNDS = 6;

  @ParameterizedTest
  @EnumSource(Example.class)
  void nothing_differs_while_writes_go_on(Example example) throws Exception {
    Setup setup = Setup.of(example, 3);
    long seed = Seeds.next("VerifyIT " + example);
    List<RandomWorkload> writers = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    try (Pipeline pipeline = Pipeline.start(setup)) {
      Convergence.assertEqual(setup, WITHIN, pipeline::check);
      for (int i = 0; i < WRITERS; i++) {
        RandomWorkload writer = new RandomWorkload(setup.source(), setup.tables(), seed + i);
        Thread thread = new Thread(() -> writer.run(CHANGES_A_SECOND), "writer");
        thread.start();
        writers.add(writer);
        threads.add(thread);
      }
      try {
        for (int i = 0; i < ROUNDS; i++) {
          VerificationReport report = verify(setup);
          assertThat(report.differences()).isEmpty();
          assertThat(report.equal()).isTrue();
          assertThat(report.undecided()).isZero();
        }
        pipeline.check();
      } finally {
        writers.forEach(RandomWorkload::close);
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(verify(setup).rows()).isPositive();
    }
  }

  private static VerificationReport verify(Setup setup) {
    LoggingListener listener = new LoggingListener(StageKind.SINK);
    LiveAligner aligner =
        new LiveAligner(
            setup.source(), setup.warehouse(), setup.kafka(), setup.topics(), WITHIN, listener);
    return new Verifier(
            setup.star(), StarFiles.read(setup.sql()), setup.warehouse(), listener, () -> false)
        .verify(VerifySettings.all(), new Method.Aligned(aligner));
  }
}
