package io.headrace.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * Random changes of the school, each of exactly one row. Of 1,000 changes 740 update a lesson (60
 * of them move it to another module), 120 insert one and 90 delete one; 30 rename a module and 3
 * move it to another stream, which rewrites its 20 facts; 14 rename a stream and 1 gives it to
 * another course, which rewrites its 200 facts; 2 rename a course. Not for several threads.
 */
final class SchoolChanges {

  private static final String HEXADECIMAL = "0123456789abcdef";

  private final Scale scale;
  private final Random random;
  private final BitSet deleted = new BitSet();
  private int lastLesson;

  /**
   * Changes of a school that has just been filled.
   *
   * @param seed the same seed makes the same changes
   */
  SchoolChanges(Scale scale, long seed) {
    this.scale = scale;
    this.random = new Random(seed);
    this.lastLesson = scale.lessons();
  }

  /**
   * Commits changes in transactions of 1 to 20 rows.
   *
   * @param connection is left in autocommit mode
   */
  void write(Connection connection, int changes) throws SQLException {
    connection.setAutoCommit(false);
    try (Statements statements = new Statements(connection)) {
      for (int written = 0; written < changes; ) {
        int rows = Math.min(changes - written, 1 + random.nextInt(20));
        for (int i = 0; i < rows; i++) {
          change(statements);
        }
        connection.commit();
        written += rows;
      }
    }
    connection.setAutoCommit(true);
  }

  /** Makes one change. */
  void change(Statements statements) throws SQLException {
    int kind = random.nextInt(1_000);
    if (kind < 740) {
      updateLesson(statements, kind);
    } else if (kind < 860) {
      statements.run(
          "INSERT INTO stream_module_lesson (id, title, description, teacher_id, stream_module_id) VALUES (?, ?, ?, ?, ?)",
          ++lastLesson,
          "Lesson " + lastLesson,
          description(),
          random.nextInt(500),
          module());
    } else if (kind < 950) {
      int lesson = lesson();
      deleted.set(lesson);
      statements.run("DELETE FROM stream_module_lesson WHERE id = ?", lesson);
    } else {
      changeParent(statements, kind);
    }
  }

  private void updateLesson(Statements statements, int kind) throws SQLException {
    if (kind < 600) {
      statements.run(
          "UPDATE stream_module_lesson SET title = ?, description = ? WHERE id = ?",
          "Lesson " + random.nextInt(),
          description(),
          lesson());
    } else if (kind < 680) {
      statements.run(
          "UPDATE stream_module_lesson SET teacher_id = ? WHERE id = ?",
          500 + random.nextInt(),
          lesson());
    } else {
      statements.run(
          "UPDATE stream_module_lesson SET stream_module_id = ? WHERE id = ?", module(), lesson());
    }
  }

  private void changeParent(Statements statements, int kind) throws SQLException {
    int module = module();
    int stream = 1 + random.nextInt(scale.streams());
    int course = 1 + random.nextInt(scale.courses());
    if (kind < 980) {
      statements.run(
          "UPDATE stream_module SET title = ? WHERE id = ?", "Module " + random.nextInt(), module);
    } else if (kind < 983) {
      statements.run("UPDATE stream_module SET stream_id = ? WHERE id = ?", stream, module);
    } else if (kind < 997) {
      statements.run(
          "UPDATE stream SET name = ? WHERE id = ?", "Stream " + random.nextInt(), stream);
    } else if (kind < 998) {
      statements.run("UPDATE stream SET course_id = ? WHERE id = ?", course, stream);
    } else {
      statements.run(
          "UPDATE course SET title = ? WHERE id = ?", "Course " + random.nextInt(), course);
    }
  }

  private int module() {
    return 1 + random.nextInt(scale.modules());
  }

  private int lesson() {
    int lesson;
    do {
      lesson = 1 + random.nextInt(lastLesson);
    } while (deleted.get(lesson));
    return lesson;
  }

  private String description() {
    StringBuilder text = new StringBuilder(School.DESCRIPTION);
    while (text.length() < School.DESCRIPTION) {
      text.append(HEXADECIMAL.charAt(random.nextInt(HEXADECIMAL.length())));
    }
    return text.toString();
  }

  /** Prepared statements of one connection, kept by their text. */
  static final class Statements implements AutoCloseable {
    private final Connection connection;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    Statements(Connection connection) {
      this.connection = connection;
    }

    private void run(String sql, Object... values) throws SQLException {
      PreparedStatement statement = prepared.get(sql);
      if (statement == null) {
        statement = connection.prepareStatement(sql);
        prepared.put(sql, statement);
      }
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      int rows = statement.executeUpdate();
      if (rows != 1) {
        throw new SQLException("a change must be of one row but was of " + rows + ": " + sql);
      }
    }

    @Override
    public void close() throws SQLException {
      for (PreparedStatement statement : prepared.values()) {
        statement.close();
      }
    }
  }
}
