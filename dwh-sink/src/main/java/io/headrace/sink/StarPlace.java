package io.headrace.sink;

import io.headrace.stage.Database;
import io.headrace.star.Identifiers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Where a star stands in the warehouse.
 *
 * @param schema the schema of its tables; null: where they are found without naming one
 * @param own the schema of what is kept with it: position, offsets, definition
 */
public record StarPlace(@Nullable String schema, String own) {
  /** The star that everybody reads. */
  public static final StarPlace LIVE = new StarPlace(null, WarehouseSchema.SCHEMA);

  /** The star that a replay builds beside it. */
  public static final StarPlace SHADOW = new StarPlace("headrace_replay", "headrace_replay_own");

  /** A connection that finds this star's tables without naming a schema. */
  public Connection connect(Database warehouse, String applicationName) throws SQLException {
    Connection connection = warehouse.connect(applicationName);
    if (schema == null) {
      return connection;
    }
    try (PreparedStatement path =
        connection.prepareStatement(
            "SELECT set_config('search_path', ? || ', ' || current_setting('search_path'), false)")) {
      path.setString(1, Identifiers.quote(schema));
      path.execute();
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** A table of what is kept with the star, as SQL text. */
  public String own(String table) {
    return Identifiers.quote(own) + "." + Identifiers.quote(table);
  }

  /** The schemas of this star's marts, as an SQL expression. */
  String schemas() {
    return schema == null
        ? "current_schemas(false)"
        : "ARRAY['" + schema.replace("'", "''") + "'::name]";
  }

  /** The key of an advisory lock, another one for each place. */
  long key(long live) {
    return equals(LIVE) ? live : live ^ own.hashCode();
  }
}
