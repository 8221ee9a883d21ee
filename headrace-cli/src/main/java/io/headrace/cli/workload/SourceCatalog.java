package io.headrace.cli.workload;

import io.headrace.star.Identifiers;
import io.headrace.star.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads from the source's catalog what a workload has to know of its tables. */
final class SourceCatalog {

  private static final int SAMPLES = 50;

  private static final String COLUMNS =
      """
      SELECT attname, atttypid::bigint, atttypmod, NOT attnotnull, attidentity = 'a',
        EXISTS (SELECT FROM pg_constraint c WHERE c.contype = 'c'
          AND (c.contypid = atttypid OR c.conrelid = attrelid AND attnum = ANY (c.conkey)))
      FROM pg_attribute
      WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
      ORDER BY attnum""";

  private static final String KEY =
      """
      SELECT a.attname
      FROM pg_index i, unnest(i.indkey::int2[]) WITH ORDINALITY k(attnum, position), pg_attribute a
      WHERE i.indrelid = to_regclass(?) AND i.indisprimary AND a.attrelid = i.indrelid AND a.attnum = k.attnum
      ORDER BY k.position""";

  private static final String FOREIGN_KEYS =
      """
      SELECT pn.nspname, p.relname, array_agg(a.attname::text ORDER BY array_position(i.indkey::int2[], k.refers))
      FROM pg_constraint c
        JOIN pg_class p ON p.oid = c.confrelid
        JOIN pg_namespace pn ON pn.oid = p.relnamespace
        JOIN pg_index i ON i.indexrelid = c.conindid AND i.indisprimary
        CROSS JOIN unnest(c.conkey, c.confkey) k(attnum, refers)
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum
      WHERE c.conrelid = to_regclass(?) AND c.contype = 'f'
      GROUP BY c.oid, pn.nspname, p.relname
      ORDER BY c.oid""";

  private final Connection connection;
  private final TypeCatalog types;

  private SourceCatalog(Connection connection) throws SQLException {
    this.connection = connection;
    this.types = TypeCatalog.read(connection);
  }

  /**
   * Reads the tables.
   *
   * @param unenforced relations beside the foreign keys
   * @throws IllegalArgumentException when a table does not exist or has no primary key
   */
  static Map<TableName, TableShape> read(
      Connection connection, List<TableName> tables, List<Relation> unenforced)
      throws SQLException {
    SourceCatalog catalog = new SourceCatalog(connection);
    List<Relation> relations = new ArrayList<>(unenforced);
    for (TableName table : tables) {
      relations.addAll(catalog.foreignKeys(table));
    }
    relations.removeIf(relation -> !tables.contains(relation.parent()));
    Map<TableName, TableShape> shapes = new LinkedHashMap<>();
    for (TableName table : tables) {
      List<ColumnShape> columns = catalog.columns(table);
      shapes.put(
          table,
          new TableShape(
              table,
              columns,
              catalog.key(table, columns),
              relations.stream().filter(relation -> relation.child().equals(table)).toList(),
              relations.stream().filter(relation -> relation.parent().equals(table)).toList(),
              depth(table, relations, tables.size())));
    }
    return shapes;
  }

  private static int depth(TableName table, List<Relation> relations, int limit) {
    if (limit == 0) {
      return 0;
    }
    return relations.stream()
        .filter(relation -> relation.child().equals(table) && !relation.parent().equals(table))
        .mapToInt(relation -> 1 + depth(relation.parent(), relations, limit - 1))
        .max()
        .orElse(0);
  }

  private List<ColumnShape> columns(TableName table) throws SQLException {
    List<ColumnShape> columns = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(COLUMNS)) {
      select.setString(1, table.quoted());
      ResultSet row = select.executeQuery();
      while (row.next()) {
        String name = row.getString(1);
        columns.add(
            new ColumnShape(
                name,
                types.shape(row.getLong(2), row.getInt(3)),
                row.getBoolean(4),
                row.getBoolean(5),
                row.getBoolean(6) ? samples(table, name) : List.of()));
      }
    }
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("the source has no table " + table + " to change");
    }
    return columns;
  }

  private List<String> samples(TableName table, String column) throws SQLException {
    String quoted = Identifiers.quote(column);
    List<String> samples = new ArrayList<>();
    try (Statement select = connection.createStatement()) {
      ResultSet row =
          select.executeQuery(
              "SELECT DISTINCT %s::text FROM %s WHERE %s IS NOT NULL LIMIT %d"
                  .formatted(quoted, table.quoted(), quoted, SAMPLES));
      while (row.next()) {
        samples.add(row.getString(1));
      }
    }
    return samples;
  }

  private List<ColumnShape> key(TableName table, List<ColumnShape> columns) throws SQLException {
    List<ColumnShape> key = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(KEY)) {
      select.setString(1, table.quoted());
      ResultSet row = select.executeQuery();
      while (row.next()) {
        String name = row.getString(1);
        columns.stream().filter(column -> column.name().equals(name)).forEach(key::add);
      }
    }
    if (key.isEmpty()) {
      throw new IllegalArgumentException(
          "the source's table " + table + " must have a primary key to be changed");
    }
    return key;
  }

  private List<Relation> foreignKeys(TableName table) throws SQLException {
    List<Relation> relations = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(FOREIGN_KEYS)) {
      select.setString(1, table.quoted());
      ResultSet row = select.executeQuery();
      while (row.next()) {
        List<String> columns = Arrays.asList((String[]) row.getArray(3).getArray());
        relations.add(
            new Relation(table, columns, new TableName(row.getString(1), row.getString(2)), true));
      }
    }
    return relations;
  }
}
