package io.headrace.sink;

import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import io.headrace.star.Identifiers;
import io.headrace.star.StarTable;
import io.headrace.star.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A star table as the warehouse has it.
 *
 * @param starTable what it is to hold
 * @param oid the table's number in the catalog
 * @param name its name
 * @param keyTypes the types of its key columns as SQL text, in the order of {@code
 *     WarehouseQuery.key}
 */
record Target(StarTable starTable, long oid, TableName name, List<String> keyTypes) {
  private static final String TABLE =
      """
      SELECT c.oid, n.nspname, c.relname
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid = to_regclass(?) AND c.relkind IN ('r', 'p')
      """;
  private static final String KEY_TYPE =
      """
      SELECT format_type(atttypid, atttypmod) FROM pg_attribute
      WHERE attrelid = ? AND attname = ? AND attnum > 0 AND NOT attisdropped
      """;

  /**
   * Finds it through the connection's search path.
   *
   * @throws StageException when the table or one of its key columns is missing
   */
  static Target find(Connection connection, Database warehouse, StarTable starTable)
      throws SQLException {
    try (PreparedStatement table = connection.prepareStatement(TABLE)) {
      table.setString(1, Identifiers.quote(starTable.name()));
      try (ResultSet row = table.executeQuery()) {
        if (!row.next()) {
          throw new StageException(
              StageException.Kind.SETTINGS,
              "The star's table "
                  + starTable.name()
                  + " must be a table in "
                  + warehouse
                  + " that is found without naming a schema, but there is none");
        }
        long oid = row.getLong(1);
        TableName name = new TableName(row.getString(2), row.getString(3));
        List<String> types = new ArrayList<>();
        for (String column : starTable.query().key()) {
          types.add(keyType(connection, oid, name, column));
        }
        return new Target(starTable, oid, name, List.copyOf(types));
      }
    }
  }

  private static String keyType(Connection connection, long oid, TableName table, String column)
      throws SQLException {
    try (PreparedStatement type = connection.prepareStatement(KEY_TYPE)) {
      type.setLong(1, oid);
      type.setString(2, column);
      try (ResultSet row = type.executeQuery()) {
        if (!row.next()) {
          throw new StageException(
              StageException.Kind.SETTINGS,
              "The warehouse's table "
                  + table
                  + " must have the key column "
                  + column
                  + " but has not");
        }
        return row.getString(1);
      }
    }
  }
}
