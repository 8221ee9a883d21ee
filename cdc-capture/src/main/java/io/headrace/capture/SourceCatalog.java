package io.headrace.capture;

import io.headrace.capture.CatalogTable.CatalogColumn;
import io.headrace.star.TableName;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@link CatalogTable}s. */
final class SourceCatalog {

  private static final String TABLE =
      """
      SELECT c.oid, c.relkind, c.relpersistence, c.relreplident, c.reltuples::bigint AS estimate,
             EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = c.oid) AS inherited,
             row_security_active(c.oid) AS row_security,
             has_schema_privilege(n.oid, 'USAGE') AS usable,
             has_table_privilege(c.oid, 'SELECT') AS readable,
             NOT coalesce(x.indimmediate, true) AS deferrable,
             coalesce(x.indisreplident, false) AS identity_is_key,
             ARRAY(SELECT a.attname::text
                   FROM unnest(x.indkey::int2[]) WITH ORDINALITY k (attnum, place)
                   JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
                   WHERE k.place <= x.indnkeyatts
                   ORDER BY k.place) AS key
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_index x ON x.indrelid = c.oid AND x.indisprimary
      WHERE n.nspname = ? AND c.relname = ?
      """;

  private static final String COLUMNS =
      """
      WITH RECURSIVE base (type, of) AS (
        SELECT DISTINCT a.atttypid, a.atttypid FROM pg_attribute a WHERE a.attrelid = ?
        UNION ALL
        SELECT b.type, t.typbasetype FROM base b JOIN pg_type t ON t.oid = b.of WHERE t.typtype = 'd')
      SELECT a.attname, a.attstorage <> 'p' AS toastable, a.attgenerated,
             (SELECT b.of::bigint FROM base b JOIN pg_type t ON t.oid = b.of
              WHERE b.type = a.atttypid AND t.typtype <> 'd') AS base_type
      FROM pg_attribute a
      WHERE a.attrelid = ? AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY a.attnum
      """;

  private SourceCatalog() {}

  /** The table, or null where there is none. */
  static @Nullable CatalogTable read(Connection connection, TableName name) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(TABLE)) {
      query.setString(1, name.schema());
      query.setString(2, name.table());
      try (ResultSet row = query.executeQuery()) {
        if (!row.next()) {
          return null;
        }
        return new CatalogTable(
            name,
            row.getString("relkind").charAt(0),
            row.getString("relpersistence").charAt(0),
            row.getString("relreplident").charAt(0),
            row.getBoolean("identity_is_key"),
            row.getBoolean("deferrable"),
            row.getBoolean("inherited"),
            row.getBoolean("row_security"),
            row.getBoolean("usable"),
            row.getBoolean("readable"),
            row.getLong("estimate"),
            columns(connection, row.getLong("oid")),
            texts(row.getArray("key")));
      }
    }
  }

  private static List<CatalogColumn> columns(Connection connection, long table)
      throws SQLException {
    List<CatalogColumn> columns = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(COLUMNS)) {
      query.setLong(1, table);
      query.setLong(2, table);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          String generated = row.getString("attgenerated");
          columns.add(
              new CatalogColumn(
                  row.getString("attname"),
                  row.getLong("base_type"),
                  row.getBoolean("toastable"),
                  generated.isEmpty() ? ' ' : generated.charAt(0)));
        }
      }
    }
    return columns;
  }

  private static List<String> texts(@Nullable Array array) throws SQLException {
    return array == null ? List.of() : Arrays.asList((String[]) array.getArray());
  }
}
