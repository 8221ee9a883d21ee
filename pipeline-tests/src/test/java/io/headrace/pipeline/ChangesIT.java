package io.headrace.pipeline;

import java.io.StringReader;
import java.sql.Connection;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** Each kind of change by its name, on the school. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChangesIT {

  private static final Duration WITHIN = Duration.ofSeconds(60);

  private Setup setup;
  private Pipeline pipeline;

  @BeforeAll
  void start() {
    setup = Setup.of(Example.SCHOOL, 3);
    pipeline = Pipeline.start(setup);
  }

  @AfterAll
  void stop() {
    pipeline.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE stream SET course_id = 4 WHERE id = 1",
        "UPDATE stream SET course_id = NULL WHERE id = 3",
        "UPDATE stream_module SET stream_id = 2 WHERE id = 1",
        "UPDATE stream_module SET stream_id = NULL WHERE id = 2",
        "UPDATE stream_module_lesson SET stream_module_id = 3 WHERE id = 1",
        "UPDATE stream_module_lesson SET stream_module_id = NULL WHERE id = 7",
        "UPDATE stream_module_lesson SET stream_module_id = 5 WHERE id = 7",
        "UPDATE stream_module_lesson SET title = title",
        "UPDATE stream_module_lesson SET id = id + 1000 WHERE id IN (8, 9)",
        "UPDATE course SET id = 40 WHERE id = 3",
        "INSERT INTO stream_module_lesson (id, stream_module_id) SELECT n, 1 + n % 5 FROM generate_series(5000, 5999) n",
        "DELETE FROM stream_module_lesson WHERE id BETWEEN 5000 AND 5499",
        "DELETE FROM stream_module_lesson WHERE id = 2; INSERT INTO stream_module_lesson (id, title) VALUES (2, 'again')",
        "INSERT INTO course (id, title) VALUES (77, ''), (78, NULL), (79, 'äöü 日本 👩‍👧 \\N \\. end ')",
        "UPDATE course SET title = 'a' WHERE id = 77; UPDATE course SET title = 'b' WHERE id = 77; DELETE FROM course WHERE id = 77",
        "TRUNCATE stream_module_lesson",
        "INSERT INTO stream_module_lesson (id, stream_module_id) SELECT n, 1 + n % 5 FROM generate_series(1, 50) n",
        "BEGIN; TRUNCATE stream_module_lesson; INSERT INTO stream_module_lesson (id, stream_module_id) VALUES (1, 1), (2, 4); COMMIT",
        "TRUNCATE stream CASCADE",
        "INSERT INTO stream (id, course_id) VALUES (1, 1); INSERT INTO stream_module (id, stream_id) VALUES (1, 1)"
            + "; INSERT INTO stream_module_lesson (id, stream_module_id) VALUES (1, 1), (2, NULL)",
      })
  void a_change_arrives(String sql) throws Exception {
    setup.onSource(sql);

    Convergence.assertEqual(setup, WITHIN, pipeline::check);
  }

  @Test
  void large_values_survive_updates_of_other_columns() throws Exception {
    setup.onSource(
        """
        INSERT INTO stream_module_lesson (id, stream_module_id, description)
        SELECT 20000, min(id), (SELECT string_agg(md5(n::text), '') FROM generate_series(1, 3200) n) FROM stream_module""",
        "UPDATE stream_module_lesson SET title = 'another' WHERE id = 20000",
        "UPDATE stream_module_lesson SET stream_module_id = NULL WHERE id = 20000",
        "UPDATE stream_module_lesson SET stream_module_id = (SELECT max(id) FROM stream_module) WHERE id = 20000",
        "UPDATE stream_module_lesson SET id = 20001 WHERE id = 20000");

    Convergence.assertEqual(setup, WITHIN, pipeline::check);
  }

  @Test
  void copy_of_many_rows_arrives() throws Exception {
    String rows =
        IntStream.range(100_000, 130_000)
            .mapToObj(id -> id + "\tcopied\\t" + id + "\n")
            .collect(Collectors.joining());
    try (Connection source = setup.source().connect("test")) {
      source
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn("COPY stream_module_lesson (id, title) FROM STDIN", new StringReader(rows));
    }
    setup.onSource(
        "UPDATE stream_module_lesson SET stream_module_id = (SELECT min(id) FROM stream_module) WHERE id >= 100000");
    Convergence.assertEqual(setup, WITHIN, pipeline::check);

    setup.onSource("DELETE FROM stream_module_lesson WHERE id >= 100000");
    Convergence.assertEqual(setup, WITHIN, pipeline::check);
  }

  @Test
  void what_was_rolled_back_does_not_arrive() throws Exception {
    try (Connection source = setup.source().connect("test");
        Statement statement = source.createStatement()) {
      source.setAutoCommit(false);
      statement.execute("INSERT INTO course (id, title) VALUES (300, 'kept')");
      Savepoint savepoint = source.setSavepoint();
      statement.execute("INSERT INTO course (id, title) VALUES (301, 'taken back')");
      statement.execute("DELETE FROM stream_module_lesson");
      source.rollback(savepoint);
      statement.execute("INSERT INTO course (id, title) VALUES (302, 'kept')");
      source.commit();
      statement.execute("TRUNCATE course CASCADE");
      source.rollback();
    }

    Convergence.assertEqual(setup, WITHIN, pipeline::check);
  }

  @Test
  void transactions_that_overlap_arrive() throws Exception {
    try (Connection one = setup.source().connect("test");
        Connection other = setup.source().connect("test");
        Statement first = one.createStatement();
        Statement second = other.createStatement()) {
      one.setAutoCommit(false);
      other.setAutoCommit(false);
      for (int i = 0; i < 50; i++) {
        first.execute("INSERT INTO course (id) VALUES (" + (400 + i) + ")");
        second.execute("INSERT INTO course (id) VALUES (" + (500 + i) + ")");
        if (i % 7 == 0) {
          one.commit();
        }
        if (i % 11 == 0) {
          other.rollback();
        }
      }
      other.commit();
      one.commit();
    }

    Convergence.assertEqual(setup, WITHIN, pipeline::check);
  }
}
