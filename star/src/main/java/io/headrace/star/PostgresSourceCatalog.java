package io.headrace.star;

import io.headrace.star.CatalogTable.CatalogColumn;
import io.headrace.star.CatalogTable.Generated;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The source's catalog, read over a connection. */
final class PostgresSourceCatalog implements SourceCatalog {

  private final Connection connection;
  private final PostgresTypes types;
  private final Map<TableName, CatalogTable> known = new HashMap<>();

  PostgresSourceCatalog(Connection connection) {
    this.connection = connection;
    this.types = new PostgresTypes(connection);
  }

  @Override
  public @Nullable CatalogTable table(@Nullable String schema, String name) {
    String quoted =
        (schema == null ? "" : Identifiers.quote(schema) + ".") + Identifiers.quote(name);
    String sql =
        """
        SELECT c.oid::bigint, n.nspname, c.relname,
               CASE WHEN n.nspname IN ('pg_catalog', 'information_schema') THEN 'a table of the catalog'
                    WHEN c.relkind = 'v' THEN 'a view'
                    WHEN c.relkind = 'm' THEN 'a materialized view'
                    WHEN c.relkind = 'f' THEN 'a foreign table'
                    WHEN c.relkind = 'p' THEN 'a partitioned table'
                    WHEN c.relkind <> 'r' THEN 'no table'
                    WHEN c.relpersistence = 't' THEN 'a temporary table'
                    WHEN c.relpersistence = 'u' THEN 'an unlogged table'
                    WHEN EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = c.oid)
                      THEN 'a table that others inherit from' END,
               has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE CASE WHEN ?::text IS NULL THEN c.oid = to_regclass(?)
                    ELSE n.nspname = ? AND c.relname = ? END
        """;
    // to_regclass would fail in a schema without USAGE.
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, schema);
      statement.setString(2, Identifiers.quote(name));
      statement.setString(3, schema);
      statement.setString(4, name);
      try (ResultSet result = statement.executeQuery()) {
        if (!result.next()) {
          return null;
        }
        TableName found = new TableName(result.getString(2), result.getString(3));
        CatalogTable table = known.get(found);
        if (table == null) {
          table = read(result.getLong(1), found, result.getString(4), result.getBoolean(5));
          known.put(found, table);
        }
        return table;
      }
    } catch (SQLException e) {
      throw new CatalogException("the source's table " + quoted + " cannot be looked up", e);
    }
  }

  private CatalogTable read(long oid, TableName name, @Nullable String refusal, boolean readable)
      throws SQLException {
    String sql =
        """
        SELECT a.attname, a.atttypid::bigint, a.atttypmod, a.attnotnull,
               coalesce(l.collisdeterministic, true),
               a.atthasmissing, (a.attmissingval::text::text[])[1],
               d.oid IS NOT NULL AND a.attgenerated = '',
               CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END,
               ARRAY(SELECT r.attname::text FROM pg_depend p
                       JOIN pg_attribute r ON r.attrelid = p.refobjid AND r.attnum = p.refobjsubid
                      WHERE p.classid = 'pg_attrdef'::regclass AND p.objid = d.oid
                        AND p.refclassid = 'pg_class'::regclass AND p.refobjid = a.attrelid
                        AND p.refobjsubid <> a.attnum)
          FROM pg_attribute a
          LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
          LEFT JOIN pg_collation l ON l.oid = a.attcollation
         WHERE a.attrelid = ? AND a.attnum > 0 AND NOT a.attisdropped
         ORDER BY a.attnum
        """;
    List<CatalogColumn> columns = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, oid);
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          columns.add(column(result));
        }
      }
    }
    return new CatalogTable(name, columns, primaryKey(oid), refusal, readable);
  }

  private CatalogColumn column(ResultSet result) throws SQLException {
    Column.Absent absent;
    if (result.getBoolean(6)) {
      absent = new Column.Absent(true, result.getString(7));
    } else {
      boolean defaulted = result.getBoolean(8);
      absent = defaulted || result.getBoolean(4) ? Column.Absent.UNKNOWN : Column.Absent.NULL;
    }
    String expression = result.getString(9);
    return new CatalogColumn(
        result.getString(1),
        types.type(result.getLong(2), result.getInt(3)),
        absent,
        result.getBoolean(5),
        expression == null ? null : new Generated(expression, strings(result.getArray(10))));
  }

  private List<String> primaryKey(long oid) throws SQLException {
    String sql =
        """
        SELECT ARRAY(SELECT a.attname::text
                       FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, position)
                       JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                      WHERE k.position <= i.indnkeyatts
                      ORDER BY k.position)
          FROM pg_index i
         WHERE i.indrelid = ? AND i.indisprimary AND i.indisvalid
        """;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, oid);
      try (ResultSet result = statement.executeQuery()) {
        return result.next() ? strings(result.getArray(1)) : List.of();
      }
    }
  }

  @Override
  public List<String> tableNames() {
    String sql =
        """
        SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
        UNION ALL
        SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
           AND pg_table_is_visible(c.oid)
         ORDER BY 1
        """;
    List<String> names = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet result = statement.executeQuery()) {
      while (result.next()) {
        names.add(result.getString(1));
      }
    } catch (SQLException e) {
      throw new CatalogException("the source's tables cannot be listed", e);
    }
    return names;
  }

  @Override
  public CallKind call(String function) {
    String sql =
        """
        SELECT bool_and(prokind = 'a'), bool_and(prokind = 'w'), bool_and(proretset),
               bool_and(provolatile = 's'), bool_and(provolatile = 'v')
          FROM pg_proc WHERE proname = ?
        """;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, function);
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        CallKind[] kinds = {
          CallKind.AGGREGATE, CallKind.WINDOW, CallKind.SET, CallKind.STABLE, CallKind.VOLATILE
        };
        for (int i = 0; i < kinds.length; i++) {
          if (result.getBoolean(i + 1)) {
            return kinds[i];
          }
        }
        return CallKind.SCALAR;
      }
    } catch (SQLException e) {
      throw new CatalogException(
          "the function " + function + " cannot be looked up in the source", e);
    }
  }

  private static List<String> strings(Array array) throws SQLException {
    return List.of((String[]) array.getArray());
  }
}
