package io.headrace.sink;

import io.headrace.stage.StageException;
import io.headrace.star.Identifiers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The tables of a star that stand in the warehouse, all in one schema, and the views that read
 * them, directly or through others.
 *
 * @param schema the schema
 * @param tables the star's tables
 * @param inner views and marts in the same schema: they are part of the star
 * @param outer views and marts of others; those that are read stand before those that read them, as
 *     in {@code inner}
 */
record StarRelations(
    String schema, List<Relation> tables, List<Relation> inner, List<Relation> outer) {

  /**
   * A table, a view or a mart.
   *
   * @param kind PostgreSQL's letter: r, p, v, m
   * @param definition a view's SELECT, in which names of the star's schema have none; else empty
   */
  record Relation(long oid, String schema, String name, char kind, String definition) {
    String quoted() {
      return Identifiers.quote(schema) + "." + Identifiers.quote(name);
    }

    /** As ALTER calls it. */
    String type() {
      return switch (kind) {
        case 'v' -> "VIEW";
        case 'm' -> "MATERIALIZED VIEW";
        default -> "TABLE";
      };
    }

    @Override
    public String toString() {
      return schema + "." + name;
    }
  }

  private static final String TABLE =
      """
      SELECT c.oid, n.nspname, c.relname, c.relkind
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid = to_regclass(?) AND c.relkind IN ('r', 'p')
      """;

  /** Views by how far they are from the tables; headrace's own two are swapped with the star. */
  private static final String VIEWS =
      """
      WITH RECURSIVE reads AS (
        SELECT DISTINCT r.ev_class AS reader, d.refobjid AS relation
        FROM pg_rewrite r
        JOIN pg_class c ON c.oid = r.ev_class AND c.relkind IN ('v', 'm')
        JOIN pg_depend d
          ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
          AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> r.ev_class),
      above AS (
        SELECT reader, 1 AS depth FROM reads
        WHERE relation = ANY (?::oid[])
          OR relation IN (to_regclass('headrace.position'), to_regclass('headrace.kafka_offset'))
        UNION
        SELECT r.reader, a.depth + 1 FROM above a JOIN reads r ON r.relation = a.reader)
      SELECT c.oid, n.nspname, c.relname, c.relkind, pg_get_viewdef(c.oid)
      FROM (SELECT reader, max(depth) AS depth FROM above GROUP BY reader) a
      JOIN pg_class c ON c.oid = a.reader JOIN pg_namespace n ON n.oid = c.relnamespace
      ORDER BY a.depth, n.nspname, c.relname
      """;

  /**
   * Reads them in the running transaction, whose search path then is the star's schema alone.
   *
   * @param names the star's tables; what is not there yet is left out
   * @throws StageException when they stand in several schemas, or one is partitioned
   */
  static StarRelations read(Connection connection, Collection<String> names) throws SQLException {
    List<Relation> tables = tables(connection, names);
    String schema = schema(tables);
    setPath(connection, Identifiers.quote(schema));
    List<Relation> views = views(connection, tables);
    return new StarRelations(
        schema,
        tables,
        views.stream().filter(view -> view.schema().equals(schema)).toList(),
        views.stream().filter(view -> !view.schema().equals(schema)).toList());
  }

  /** Tables alone, which must be there. */
  static StarRelations ofTables(Connection connection, String schema, Collection<String> names)
      throws SQLException {
    return new StarRelations(schema, tables(connection, names), List.of(), List.of());
  }

  private static List<Relation> tables(Connection connection, Collection<String> names)
      throws SQLException {
    List<Relation> tables = new ArrayList<>();
    for (String name : names) {
      try (PreparedStatement table = connection.prepareStatement(TABLE)) {
        table.setString(1, Identifiers.quote(name));
        try (ResultSet row = table.executeQuery()) {
          if (row.next()) {
            tables.add(relation(row, ""));
          }
        }
      }
    }
    tables.sort(Comparator.comparing(Relation::name));
    return tables;
  }

  /** Names are looked up there until the running transaction ends. */
  static void setPath(Connection connection, String path) throws SQLException {
    try (Statement set = connection.createStatement()) {
      set.execute("SET LOCAL search_path TO " + path);
    }
  }

  private static String schema(List<Relation> tables) {
    Set<String> schemas = new TreeSet<>();
    for (Relation table : tables) {
      schemas.add(table.schema());
      if (table.kind() == 'p') {
        throw new StageException(
            StageException.Kind.SETTINGS,
            "A replay can only rebuild plain tables, but " + table + " is partitioned");
      }
    }
    if (schemas.size() != 1) {
      throw new StageException(
          StageException.Kind.SETTINGS,
          "A replay needs all tables of the star in one schema, but they are in "
              + (schemas.isEmpty() ? "none" : String.join(", ", schemas)));
    }
    return schemas.iterator().next();
  }

  private static List<Relation> views(Connection connection, List<Relation> tables)
      throws SQLException {
    List<Relation> views = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(VIEWS)) {
      select.setArray(
          1, connection.createArrayOf("oid", tables.stream().map(Relation::oid).toArray()));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          views.add(relation(row, row.getString(5).strip().replaceFirst(";$", "")));
        }
      }
    }
    return views;
  }

  private static Relation relation(ResultSet row, String definition) throws SQLException {
    return new Relation(
        row.getLong(1), row.getString(2), row.getString(3), row.getString(4).charAt(0), definition);
  }

  /** What a replay moves: tables, views and marts of the star's schema. */
  List<Relation> moved() {
    return Stream.concat(tables.stream(), inner.stream()).toList();
  }
}
