package io.headrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.cli.workload.RandomWorkload;
import io.headrace.stage.Database;
import io.headrace.star.StarFiles;
import io.headrace.verify.LiveAligner;
import io.headrace.verify.Method;
import io.headrace.verify.VerificationReport;
import io.headrace.verify.Verifier;
import io.headrace.verify.VerifySettings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** While several write, a comparison finds no difference but those that were planted. */
class VerifyIT {
  private static final Duration WITHIN = Duration.ofSeconds(60);
  private static final int WRITERS = 3;
  private static final int CHANGES_A_SECOND = 60;
  private static final int ROUNDS = 6;

  /** Fifty of each kind: a trailing space, NULL against empty, a row missing, one too many. */
  private static final String PLANT =
      """
      WITH chosen AS MATERIALIZED (
        SELECT id, ntile(4) OVER (ORDER BY md5(id::text)) AS kind FROM (
          SELECT id FROM f_lesson WHERE id > 100000 ORDER BY md5(id::text) LIMIT 200)),
      changed AS (
        UPDATE f_lesson f SET
          title = CASE kind WHEN 1 THEN coalesce(title, '') || ' ' ELSE title END,
          homework_url = CASE kind WHEN 2 THEN '' ELSE homework_url END
        FROM chosen c WHERE c.id = f.id AND kind < 3
        RETURNING f.id, 'different' AS found),
      gone AS (
        DELETE FROM f_lesson f USING chosen c WHERE c.id = f.id AND kind = 3
        RETURNING f.id, 'missing' AS found),
      more AS (
        INSERT INTO f_lesson (id, title) SELECT -c.id, 'nobody''s' FROM chosen c WHERE kind = 4
        RETURNING id, 'extra' AS found)
      SELECT * FROM changed UNION ALL SELECT * FROM gone UNION ALL SELECT * FROM more""";

  /** What the facts are made of; their versions tell whether they were changed. */
  private static final String VERSIONS =
      """
      SELECT l.id, concat(l.xmin, ' ', m.xmin, ' ', s.xmin)
      FROM stream_module_lesson l
      JOIN stream_module m ON m.id = l.stream_module_id JOIN stream s ON s.id = m.stream_id""";

  @ParameterizedTest
  @EnumSource(Example.class)
  void nothing_differs_while_writes_go_on(Example example) throws Exception {
    Setup setup = Setup.of(example, 3);
    try (Pipeline pipeline = Pipeline.start(setup)) {
      Convergence.assertEqual(setup, WITHIN, pipeline::check);
      try (Writers ignored = new Writers(setup, Seeds.next("VerifyIT " + example))) {
        for (int i = 0; i < ROUNDS; i++) {
          VerificationReport report = verify(setup);
          assertThat(report.differences()).isEmpty();
          assertThat(report.equal()).isTrue();
          assertThat(report.undecided()).isZero();
        }
        pipeline.check();
      }
      assertThat(verify(setup).rows()).isPositive();
    }
  }

  @Test
  void what_is_planted_is_found_while_writes_go_on_and_nothing_else() throws Exception {
    Setup setup = Setup.of(Example.SCHOOL, 3);
    setup.onSource(
        """
        INSERT INTO stream (id, course_id) SELECT 1000 + n, 1 + n % 3 FROM generate_series(0, 199) n;
        INSERT INTO stream_module (id, stream_id) SELECT 1000 + n, 1000 + n % 200 FROM generate_series(0, 999) n;
        INSERT INTO stream_module_lesson (id, title, stream_module_id)
        SELECT 100000 + n, 'lesson ' || n, 1000 + n % 1000 FROM generate_series(1, 20000) n""");
    try (Pipeline pipeline = Pipeline.start(setup)) {
      Convergence.assertEqual(setup, WITHIN, pipeline::check);
      // What is written before the planting may come to the warehouse after it.
      Map<String, String> before = pairs(setup.source(), VERSIONS);
      try (Writers ignored = new Writers(setup, Seeds.next("VerifyIT, planted"))) {
        Map<String, String> planted = pairs(setup.warehouse(), PLANT);
        assertThat(planted).hasSize(200);
        Map<String, String> found =
            verify(setup).differences().stream()
                .collect(Collectors.toMap(d -> d.key().get(0), d -> d.kind().word()));
        Map<String, String> after = pairs(setup.source(), VERSIONS);

        assertThat(planted).containsAllEntriesOf(found);
        // A row that was written again meanwhile is right again.
        Set<String> unfound = new HashSet<>(planted.keySet());
        unfound.removeAll(found.keySet());
        assertThat(unfound)
            .allMatch(id -> before.containsKey(id) && !before.get(id).equals(after.get(id)))
            .hasSizeLessThan(100);
        System.out.printf("[headrace] of 200 planted differences %d found%n", found.size());
        pipeline.check();
      }
    }
  }

  /** Several who write at a time. */
  private static final class Writers implements AutoCloseable {
    private final List<RandomWorkload> workloads = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    Writers(Setup setup, long seed) {
      for (int i = 0; i < WRITERS; i++) {
        RandomWorkload workload = new RandomWorkload(setup.source(), setup.tables(), seed + i);
        Thread thread = new Thread(() -> workload.run(CHANGES_A_SECOND), "writer");
        thread.start();
        workloads.add(workload);
        threads.add(thread);
      }
    }

    @Override
    public void close() throws InterruptedException {
      workloads.forEach(RandomWorkload::close);
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  private static Map<String, String> pairs(Database database, String sql) throws SQLException {
    Map<String, String> pairs = new TreeMap<>();
    try (Connection connection = database.connect("test");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        pairs.put(rows.getString(1), rows.getString(2));
      }
    }
    return pairs;
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
