package io.headrace.sink;

import io.headrace.stage.Database;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.StringJoiner;

/** What the sink's role lacks in the warehouse to create what it needs there. */
final class WarehouseRights {

  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  private static final String LACKING =
      """
      SELECT format('GRANT CREATE ON DATABASE %I TO %I;', current_database(), current_user)
       WHERE NOT has_database_privilege(current_database(), 'CREATE')
      UNION ALL
      SELECT format('GRANT USAGE, CREATE ON SCHEMA %I TO %I;', current_schema(), current_user)
       WHERE NOT has_schema_privilege(current_schema(), 'CREATE')
      """;

  private WarehouseRights() {}

  /** The SQL that would mend a failure for lack of rights, as more of a message; else nothing. */
  static String remedy(Database warehouse, Throwable failure) {
    return isLackOfRights(failure) ? lacking(warehouse) : "";
  }

  private static boolean isLackOfRights(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && INSUFFICIENT_PRIVILEGE.equals(sql.getSQLState())) {
        return true;
      }
    }
    return false;
  }

  private static String lacking(Database warehouse) {
    StringJoiner grants =
        new StringJoiner("\n    ", "\nIts role lacks:\n    ", "").setEmptyValue("");
    try (Connection connection = warehouse.connect("headrace schema");
        Statement statement = connection.createStatement();
        ResultSet grant = statement.executeQuery(LACKING)) {
      while (grant.next()) {
        grants.add(grant.getString(1));
      }
      return grants.toString();
    } catch (SQLException e) {
      return ""; // the failure itself is told
    }
  }
}
