package io.headrace.sink.mart;

import io.headrace.sink.Grants;
import io.headrace.sink.SqlFailure;
import io.headrace.stage.StageException;
import io.headrace.star.Identifiers;
import io.headrace.star.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives a mart other SQL: builds it anew beside the old one, full, and puts it in its place, with
 * its owner, comment, rights and indexes. Readers see the old one until then, and wait for the
 * exchange alone.
 *
 * @param old the number of the materialized view that stands there
 */
record MartRebuild(long old, TableName name, MartFile file) {
  /** Where it is built. */
  private static final String BESIDE = "headrace_mart";

  /** Readers queue behind us while we wait for the lock, so not for long. */
  private static final int LOCK_MILLIS = 50;

  private static final Duration LOCK_PATIENCE = Duration.ofMinutes(1);
  private static final long BETWEEN_MILLIS = 200;

  private static final String READERS =
      """
      SELECT DISTINCT pg_describe_object('pg_class'::regclass, r.ev_class, 0)
      FROM pg_depend d JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
      WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = ?::oid AND r.ev_class <> ?::oid
      ORDER BY 1
      """;

  /** What else it had: texts that make it of the new one, found first in the search path. */
  private static final String INDEXES =
      """
      SELECT pg_get_indexdef(i.indexrelid, 0, true) FROM pg_index i
      JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = ?::oid ORDER BY c.relname
      """;

  private static final String REST =
      """
      SELECT format('COMMENT ON MATERIALIZED VIEW %I.%I IS %L', n.nspname, c.relname, obj_description(c.oid, 'pg_class'))
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid = ?::oid AND obj_description(c.oid, 'pg_class') IS NOT NULL
      UNION ALL
      SELECT format('ALTER MATERIALIZED VIEW %I.%I OWNER TO %I', n.nspname, c.relname, pg_get_userbyid(c.relowner))
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid = ?::oid AND pg_get_userbyid(c.relowner) <> current_user
      """;

  /** In the running transaction. */
  void run(Connection connection) throws SQLException {
    mustHaveNoReaders(connection);
    String beside = Identifiers.quote(BESIDE) + "." + Identifiers.quote(name.table());
    List<String> indexes = strings(connection, INDEXES, 1);
    List<String> rest = strings(connection, REST, 2);
    Grants rights = Grants.of(connection, new long[] {old});
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA IF NOT EXISTS " + Identifiers.quote(BESIDE));
      statement.execute("DROP MATERIALIZED VIEW IF EXISTS " + beside);
      statement.execute("CREATE MATERIALIZED VIEW " + beside + " AS " + MartView.select(file));
      indexes(connection, statement, indexes);
      if (!refreshable(statement, beside)) {
        MartView.index(statement, beside, file);
      }
    }
    exchange(connection, beside);
    try (Statement statement = connection.createStatement()) {
      for (String each : rest) {
        statement.execute(each);
      }
    }
    rights.applyOver(Grants.NONE, connection, name.schema());
  }

  private void mustHaveNoReaders(Connection connection) throws SQLException {
    List<String> readers = strings(connection, READERS, 2);
    if (!readers.isEmpty()) {
      throw new StageException(
          StageException.Kind.SETTINGS,
          "The mart "
              + name
              + " has other SQL in "
              + file.file().path()
              + ", but cannot be exchanged while others read it: "
              + String.join(", ", readers)
              + ". Drop them first; a mart with a file of its own is then made again by itself");
    }
  }

  private void indexes(Connection connection, Statement statement, List<String> indexes)
      throws SQLException {
    String path;
    try (ResultSet row = statement.executeQuery("SELECT current_setting('search_path')")) {
      row.next();
      path = row.getString(1);
    }
    statement.execute("SET LOCAL search_path TO " + Identifiers.quote(BESIDE) + ", " + path);
    for (String index : indexes) {
      Savepoint before = connection.setSavepoint();
      try {
        statement.execute(index);
      } catch (SQLException e) {
        connection.rollback(before);
        throw new StageException(
            StageException.Kind.SETTINGS,
            "The mart "
                + name
                + " has other SQL in "
                + file.file().path()
                + ", which cannot have the old one's index ("
                + index
                + "): "
                + new SqlFailure(e).sentence()
                + ". Drop the index, or mend the SQL",
            e);
      }
    }
    statement.execute("SET LOCAL search_path TO " + path);
  }

  private static boolean refreshable(Statement statement, String relation) throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            "SELECT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = '"
                + relation.replace("'", "''")
                + "'::regclass AND i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL)")) {
      row.next();
      return row.getBoolean(1);
    }
  }

  private void exchange(Connection connection, String beside) throws SQLException {
    long deadline = System.nanoTime() + LOCK_PATIENCE.toNanos();
    while (true) {
      Savepoint before = connection.setSavepoint();
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET LOCAL lock_timeout = " + LOCK_MILLIS);
        statement.execute("DROP MATERIALIZED VIEW " + name.quoted());
        statement.execute(
            "ALTER MATERIALIZED VIEW "
                + beside
                + " SET SCHEMA "
                + Identifiers.quote(name.schema()));
        statement.execute("SET LOCAL lock_timeout = 0");
        return;
      } catch (SQLException e) {
        if (!new SqlFailure(e).isLockTrouble() || System.nanoTime() > deadline) {
          throw e;
        }
        connection.rollback(before);
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(BETWEEN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<String> strings(Connection connection, String query, int numbers)
      throws SQLException {
    List<String> strings = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(query)) {
      for (int i = 1; i <= numbers; i++) {
        select.setLong(i, old);
      }
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          strings.add(row.getString(1));
        }
      }
    }
    return strings;
  }
}
