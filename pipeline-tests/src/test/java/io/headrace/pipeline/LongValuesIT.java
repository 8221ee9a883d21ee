package io.headrace.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Values that are long, many, and small only while they are compressed, through stages that have
 * less memory than these take.
 */
class LongValuesIT {

  private static final Duration WITHIN = Duration.ofMinutes(3);

  /** 320 kB each, and twice that in the envelope of an UPDATE; the stages have 400 MB. */
  private static final int COUNT = 600;

  private static StarFolder folder() {
    return StarFolder.create()
        .source(
            """
            CREATE TABLE author (id integer PRIMARY KEY, name text NOT NULL);
            CREATE TABLE doc (id integer PRIMARY KEY, author_id integer REFERENCES author, body text, version integer);
            CREATE INDEX ON doc (author_id);
            ALTER TABLE author REPLICA IDENTITY FULL;
            ALTER TABLE doc REPLICA IDENTITY FULL;
            INSERT INTO author VALUES (1, 'Ada');
            INSERT INTO doc SELECT n, 1, repeat(md5(n::text), 10000), 1 FROM generate_series(1, %s) n;
            """
                .formatted(COUNT))
        .select("d_author", "SELECT id, name FROM author")
        .select(
            "f_doc",
            """
            SELECT doc.id, doc.body, doc.version, author.name AS author
            FROM doc JOIN author ON author.id = doc.author_id""")
        .warehouse(
            1,
            """
            CREATE TABLE d_author (id integer PRIMARY KEY, name text);
            CREATE TABLE f_doc (id integer PRIMARY KEY, body text, version integer, author text);
            """);
  }

  @Test
  void pass_through_little_memory() throws Exception {
    Setup setup = Setup.of(folder().path(), 1);
    try (StageProcess stages = start(setup)) {
      Convergence.assertEqual(setup, WITHIN, stages::check);
      setup.onSource("UPDATE doc SET version = 2");
      Convergence.assertEqual(setup, WITHIN, stages::check);
    }
    setup.onSource("UPDATE doc SET version = 3", "UPDATE author SET name = 'Grace'");
    Path another = Files.createTempDirectory("headrace-another");
    try (StageProcess stages = start(setup.withState(another))) {
      Convergence.assertEqual(setup, WITHIN, stages::check);
    }
  }

  private static StageProcess start(Setup setup) {
    return StageProcess.start(setup, StageKind.CAPTURE, StageKind.TRANSFORM, StageKind.SINK);
  }
}
