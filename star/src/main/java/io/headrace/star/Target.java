package io.headrace.star;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table of the warehouse.
 *
 * @param name its name as SQL text
 * @param columns its columns
 * @param primaryKey the names of its primary key's columns; empty where there is none
 */
record Target(String name, List<ResultColumn> columns, List<String> primaryKey) {

  /** The table of that name along the search path; null when there is none. */
  static @Nullable Target find(Connection warehouse, String name) throws SQLException {
    String sql =
        """
        SELECT c.oid::bigint, quote_ident(c.relname) FROM pg_class c
         WHERE c.oid = to_regclass(?) AND c.relkind IN ('r', 'p')
        """;
    try (PreparedStatement statement = warehouse.prepareStatement(sql)) {
      statement.setString(1, Identifiers.quote(name));
      try (ResultSet result = statement.executeQuery()) {
        if (!result.next()) {
          return null;
        }
        long oid = result.getLong(1);
        return new Target(result.getString(2), columns(warehouse, oid), primaryKey(warehouse, oid));
      }
    }
  }

  /** The columns of a table or a view. */
  static List<ResultColumn> columns(Connection warehouse, long oid) throws SQLException {
    String sql =
        """
        WITH RECURSIVE base (attnum, type, modifier) AS (
          SELECT attnum, atttypid, atttypmod FROM pg_attribute
           WHERE attrelid = ? AND attnum > 0 AND NOT attisdropped
          UNION ALL
          SELECT b.attnum, t.typbasetype, t.typtypmod FROM base b JOIN pg_type t ON t.oid = b.type
           WHERE t.typtype = 'd'
        )
        SELECT a.attname, t.oid::bigint, t.typname, b.modifier, t.typtype, format_type(a.atttypid, a.atttypmod),
               a.attnotnull AND d.oid IS NULL AND a.attidentity = '',
               a.attgenerated <> '' OR a.attidentity = 'a'
          FROM base b
          JOIN pg_type t ON t.oid = b.type AND t.typtype <> 'd'
          JOIN pg_attribute a ON a.attrelid = ? AND a.attnum = b.attnum
          LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
         ORDER BY a.attnum
        """;
    List<ResultColumn> columns = new ArrayList<>();
    try (PreparedStatement statement = warehouse.prepareStatement(sql)) {
      statement.setLong(1, oid);
      statement.setLong(2, oid);
      try (ResultSet r = statement.executeQuery()) {
        while (r.next()) {
          columns.add(
              new ResultColumn(
                  r.getString(1),
                  r.getLong(2),
                  r.getString(3),
                  r.getInt(4),
                  r.getString(5),
                  r.getString(6),
                  r.getBoolean(7),
                  r.getBoolean(8)));
        }
      }
    }
    return columns;
  }

  private static List<String> primaryKey(Connection warehouse, long oid) throws SQLException {
    String sql =
        """
        SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
         WHERE i.indrelid = ? AND i.indisprimary AND array_position(i.indkey::int2[], a.attnum) < i.indnkeyatts
         ORDER BY array_position(i.indkey::int2[], a.attnum)
        """;
    List<String> names = new ArrayList<>();
    try (PreparedStatement statement = warehouse.prepareStatement(sql)) {
      statement.setLong(1, oid);
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          names.add(result.getString(1));
        }
      }
    }
    return names;
  }
}
