package io.headrace.bench;

import io.headrace.stage.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;

/** The source's tables, as the shipped star has them, filled to scale. */
final class School {

  /** Length of a lesson's description, in characters of one byte. */
  static final int DESCRIPTION = 200;

  private School() {}

  /**
   * Creates the tables and fills them with as many rows as the scale says; what the schema's files
   * bring along is replaced.
   */
  static void fill(Database source, Path sqlSource, Scale scale) throws IOException, SQLException {
    try (Connection connection = source.connect("headrace bench");
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (Path file : migrations(sqlSource)) {
        statement.execute(Files.readString(file));
      }
      statement.execute("TRUNCATE course, stream, stream_module, stream_module_lesson");
      for (String insert : inserts(scale)) {
        statement.execute(insert);
      }
      connection.commit();
      connection.setAutoCommit(true);
      statement.execute("VACUUM ANALYZE");
      statement.execute("CHECKPOINT");
    }
  }

  private static List<Path> migrations(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found = files.filter(it -> it.toString().endsWith(".sql")).sorted().toList();
      if (found.isEmpty()) {
        throw new IOException(folder + " must hold the source's schema as *.sql but holds none");
      }
      return found;
    }
  }

  private static List<String> inserts(Scale scale) {
    return List.of(
        """
        INSERT INTO course (id, title, created_at, updated_at, icon_url, is_auto_course_enroll, is_demo_enroll)
        SELECT i, 'Course ' || i, timestamp '2026-01-01' + i * interval '1 minute',
               timestamp '2026-02-01' + i * interval '1 minute', 'https://school.example/icons/' || i,
               i %% 2 = 0, i %% 3 = 0
        FROM generate_series(1, %d) i
        """
            .formatted(scale.courses()),
        """
        INSERT INTO stream (id, course_id, start_at, end_at, created_at, updated_at, is_open, name, homework_deadline_days)
        SELECT i, (i - 1) %% %d + 1, timestamp '2026-03-01' + i * interval '1 hour',
               timestamp '2026-06-01' + i * interval '1 hour', timestamp '2026-01-01', timestamp '2026-02-01',
               i %% 2 = 0, 'Stream ' || i, i %% 30
        FROM generate_series(1, %d) i
        """
            .formatted(scale.courses(), scale.streams()),
        """
        INSERT INTO stream_module (id, stream_id, title, created_at, updated_at, order_in_stream)
        SELECT i, (i - 1) %% %d + 1, 'Module ' || i, timestamp '2026-01-01', timestamp '2026-02-01', i %% 10
        FROM generate_series(1, %d) i
        """
            .formatted(scale.streams(), scale.modules()),
        """
        INSERT INTO stream_module_lesson (id, title, description, start_at, end_at, homework_url, teacher_id,
                                          stream_module_id, online_lesson_join_url, online_lesson_recording_url)
        SELECT i, 'Lesson ' || i, left(repeat(md5(i::text), 7), %d), timestamp '2026-03-01' + i * interval '1 minute',
               timestamp '2026-03-01' + (i + 90) * interval '1 minute', 'https://school.example/homework/' || i,
               i %% 500, (i - 1) %% %d + 1, 'https://school.example/join/' || i, 'https://school.example/watch/' || i
        FROM generate_series(1, %d) i
        """
            .formatted(DESCRIPTION, scale.modules(), scale.lessons()));
  }
}
