package io.headrace.sink;

import io.headrace.stage.StageException;
import io.headrace.star.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * A mart: a materialized view over the star.
 *
 * @param name its name
 * @param populated whether it can be read at all
 * @param refreshable whether it has the unique index without which a refresh would block its
 *     readers
 */
record Mart(TableName name, boolean populated, boolean refreshable) {

  /**
   * The materialized views in some schemas, left open; one that reads another comes after it. A
   * view may stand between the two.
   */
  private static final String MARTS =
      """
      WITH RECURSIVE reads AS (
        SELECT DISTINCT r.ev_class AS reader, d.refobjid AS relation
        FROM pg_rewrite r JOIN pg_depend d
          ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
          AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> r.ev_class),
      below AS (
        SELECT reader, relation, 1 AS depth FROM reads
        UNION
        SELECT b.reader, r.relation, b.depth + 1 FROM below b JOIN reads r ON r.reader = b.relation)
      SELECT n.nspname, c.relname, c.relispopulated,
        EXISTS (
          SELECT FROM pg_index i
          WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate
            AND i.indpred IS NULL AND i.indexprs IS NULL)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'm' AND n.nspname = ANY (SCHEMAS)
      ORDER BY (SELECT coalesce(max(depth), 0) FROM below WHERE reader = c.oid), n.nspname, c.relname
      """;

  /** All marts, in an order in which they can be refreshed. */
  static List<Mart> all(Connection connection, StarPlace place) throws SQLException {
    List<Mart> marts = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(MARTS.replace("SCHEMAS", place.schemas()))) {
      while (row.next()) {
        marts.add(
            new Mart(
                new TableName(row.getString(1), row.getString(2)),
                row.getBoolean(3),
                row.getBoolean(4)));
      }
    }
    return marts;
  }

  /**
   * Fills it from the star as it stands now. Readers are not blocked: they go on seeing what it
   * held before.
   *
   * @throws StageException when it has no unique index
   */
  void refresh(Connection connection) throws SQLException {
    if (populated && !refreshable) {
      throw new StageException(
          StageException.Kind.SETTINGS,
          "The materialized view "
              + name
              + " must have a unique index on plain columns, or refreshing it would block its readers, but has none: "
              + "CREATE UNIQUE INDEX ON "
              + name.quoted()
              + " (...);");
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "REFRESH MATERIALIZED VIEW " + (populated ? "CONCURRENTLY " : "") + name.quoted());
    }
  }
}
