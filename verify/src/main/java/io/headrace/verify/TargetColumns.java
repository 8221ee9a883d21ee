package io.headrace.verify;

import io.headrace.stage.StageException;
import io.headrace.star.Identifiers;
import io.headrace.star.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A table of the warehouse and the types of its columns.
 *
 * @param name the table
 * @param columns the types by column
 * @param primaryKey the primary key's columns in the order of its index
 */
record TargetColumns(TableName name, Map<String, TargetColumn> columns, List<String> primaryKey) {

  private static final String COLUMNS =
      """
      WITH RECURSIVE base (attnum, type, modifier) AS (
        SELECT attnum, atttypid, atttypmod FROM pg_attribute
         WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped
        UNION ALL
        SELECT b.attnum, t.typbasetype, t.typtypmod FROM base b JOIN pg_type t ON t.oid = b.type
         WHERE t.typtype = 'd'
      )
      SELECT n.nspname, c.relname, a.attname, format_type(b.type, b.modifier), format_type(b.type, -1),
             tn.nspname = 'pg_catalog'
        FROM base b
        JOIN pg_type t ON t.oid = b.type AND t.typtype <> 'd'
        JOIN pg_namespace tn ON tn.oid = t.typnamespace
        JOIN pg_class c ON c.oid = to_regclass(?)
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = b.attnum
      """;

  private static final String KEY =
      """
      SELECT a.attname
        FROM pg_index i, unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, position), pg_attribute a
       WHERE i.indrelid = to_regclass(?) AND i.indisprimary AND k.position <= i.indnkeyatts
         AND a.attrelid = i.indrelid AND a.attnum = k.attnum
       ORDER BY k.position
      """;

  /**
   * A column's type, a domain's base type for a domain.
   *
   * @param sql the type as SQL text
   * @param bare the same without its modifier
   * @param builtIn whether it is PostgreSQL's own
   */
  record TargetColumn(String sql, String bare, boolean builtIn) {
    /** Whether the other type is the same, whatever the two modifiers. */
    boolean isSameBut(String other) {
      return withoutModifier(sql).equals(withoutModifier(other));
    }

    private static String withoutModifier(String type) {
      return type.replaceFirst("\\(.*?\\)", "");
    }
  }

  /** Looks a table up along the search path. */
  static TargetColumns find(Connection warehouse, String table) throws SQLException {
    try (PreparedStatement statement = warehouse.prepareStatement(COLUMNS)) {
      statement.setString(1, Identifiers.quote(table));
      statement.setString(2, Identifiers.quote(table));
      try (ResultSet row = statement.executeQuery()) {
        Map<String, TargetColumn> columns = new HashMap<>();
        TableName name = null;
        while (row.next()) {
          name = new TableName(row.getString(1), row.getString(2));
          columns.put(
              row.getString(3),
              new TargetColumn(row.getString(4), row.getString(5), row.getBoolean(6)));
        }
        if (name == null) {
          throw new StageException(
              StageException.Kind.SETTINGS,
              "The warehouse must have the table " + table + " but has none of that name.");
        }
        return new TargetColumns(name, columns, primaryKey(warehouse, table));
      }
    }
  }

  private static List<String> primaryKey(Connection warehouse, String table) throws SQLException {
    try (PreparedStatement statement = warehouse.prepareStatement(KEY)) {
      statement.setString(1, Identifiers.quote(table));
      try (ResultSet row = statement.executeQuery()) {
        List<String> key = new ArrayList<>();
        while (row.next()) {
          key.add(row.getString(1));
        }
        return key;
      }
    }
  }
}
