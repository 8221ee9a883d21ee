package io.headrace.sink.mart;

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
import org.jspecify.annotations.Nullable;

/**
 * A mart's materialized view: made from its file, and filled from the star, without blocking its
 * readers. All in the running transaction, from its snapshot.
 *
 * @param name the mart's name
 * @param file its declaration; null when it has none
 */
record MartView(String name, @Nullable MartFile file) {

  /**
   * What a refresh has made of it.
   *
   * @param rows how many it holds
   * @param changed how many were written and deleted; null when it was filled anew
   */
  record Filled(long rows, @Nullable Long changed) {}

  /**
   * What stands there.
   *
   * @param oid the materialized view's number
   * @param populated whether it can be read at all
   * @param refreshable whether it has the unique index without which a refresh would block readers
   * @param definition its SELECT, as PostgreSQL writes it
   */
  private record Standing(
      long oid, TableName name, boolean populated, boolean refreshable, String definition) {}

  private static final String STANDING =
      """
      SELECT c.oid, n.nspname, c.relname, c.relispopulated,
        EXISTS (
          SELECT FROM pg_index i
          WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate
            AND i.indpred IS NULL AND i.indexprs IS NULL),
        pg_get_viewdef(c.oid), c.relkind
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid = to_regclass(quote_ident(?))
      """;

  private static final String TRIAL = "headrace_mart_trial";

  /**
   * Makes it, empty, if nothing of its name is there.
   *
   * @return whether it was made
   */
  boolean create(Connection connection) throws SQLException {
    MartFile declared = file;
    if (declared == null || standing(connection) != null) {
      return false;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE MATERIALIZED VIEW " + quoted() + " AS " + select(declared) + "\nWITH NO DATA");
      index(statement, quoted(), declared);
    }
    return true;
  }

  /**
   * Whether it has other SQL than its file, or is not there although it has one.
   *
   * @throws SQLException also when PostgreSQL refuses the file's SQL
   */
  boolean differs(Connection connection) throws SQLException {
    Standing standing = standing(connection);
    return file != null && (standing == null || differs(connection, standing, file));
  }

  /**
   * Fills it.
   *
   * @throws StageException when it cannot be done in this way, saying why
   */
  Filled fill(Connection connection) throws SQLException {
    create(connection);
    Standing standing = standing(connection);
    if (standing == null) {
      throw new StageException(
          StageException.Kind.SETTINGS,
          "There is no materialized view " + name + ", and no file sql/mart/" + name + ".sql");
    }
    MartFile declared = file;
    if (declared != null && differs(connection, standing, declared)) {
      new MartRebuild(standing.oid(), standing.name(), declared).run(connection);
      return new Filled(rows(connection), null);
    }
    try (Statement statement = connection.createStatement()) {
      if (!standing.refreshable()) {
        mustHaveIndex(statement, standing);
      }
      statement.execute(
          "REFRESH MATERIALIZED VIEW "
              + (standing.populated() ? "CONCURRENTLY " : "")
              + standing.name().quoted());
    }
    return new Filled(
        rows(connection), standing.populated() ? changed(connection, standing.oid()) : null);
  }

  private void mustHaveIndex(Statement statement, Standing standing) throws SQLException {
    MartFile declared = file;
    if (declared != null) {
      // Locks out writers, of which a materialized view has none but refreshes; no readers.
      index(statement, standing.name().quoted(), declared);
    } else if (standing.populated()) {
      throw new StageException(
          StageException.Kind.SETTINGS,
          "The materialized view "
              + standing.name()
              + " must have a unique index on plain columns, or refreshing it would block its readers, but has none: "
              + "CREATE UNIQUE INDEX ON "
              + standing.name().quoted()
              + " (...);");
    }
  }

  static void index(Statement statement, String relation, MartFile file) throws SQLException {
    statement.execute("CREATE UNIQUE INDEX ON " + relation + " (" + file.keyColumns() + ")");
  }

  /** The file's SELECT, fit to be followed by more. */
  static String select(MartFile file) {
    return file.file().select();
  }

  /** PostgreSQL writes both anew, from what it has understood. */
  private static boolean differs(Connection connection, Standing standing, MartFile file)
      throws SQLException {
    Savepoint before = connection.setSavepoint();
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TEMPORARY VIEW " + TRIAL + " AS " + select(file));
      try (ResultSet row =
          statement.executeQuery("SELECT pg_get_viewdef('pg_temp." + TRIAL + "'::regclass)")) {
        row.next();
        return !row.getString(1).equals(standing.definition());
      }
    } catch (SQLException e) {
      if (new SqlFailure(e).passes()) {
        throw e;
      }
      throw new StageException(
          StageException.Kind.SETTINGS,
          "PostgreSQL refuses the SQL of "
              + file.file().path()
              + ": "
              + new SqlFailure(e).sentence(),
          e);
    } finally {
      connection.rollback(before);
    }
  }

  private @Nullable Standing standing(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(STANDING)) {
      select.setString(1, name);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          return null;
        }
        Standing standing =
            new Standing(
                row.getLong(1),
                new TableName(row.getString(2), row.getString(3)),
                row.getBoolean(4),
                row.getBoolean(5),
                row.getString(6));
        if (!row.getString(7).equals("m")) {
          throw new StageException(
              StageException.Kind.SETTINGS,
              standing.name()
                  + " must be a materialized view, because a mart is called so, but is not");
        }
        return standing;
      }
    }
  }

  private long rows(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM " + quoted())) {
      row.next();
      return row.getLong(1);
    }
  }

  /** PostgreSQL counts for its statistics what the running transaction has written. */
  private static long changed(Connection connection, long oid) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT pg_stat_get_xact_tuples_inserted(?::oid) + pg_stat_get_xact_tuples_updated(?::oid)"
                + " + pg_stat_get_xact_tuples_deleted(?::oid)")) {
      for (int i = 1; i <= 3; i++) {
        select.setLong(i, oid);
      }
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private String quoted() {
    return Identifiers.quote(name);
  }
}
