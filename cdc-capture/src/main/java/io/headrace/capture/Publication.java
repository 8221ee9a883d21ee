package io.headrace.capture;

import io.headrace.star.Identifiers;
import io.headrace.star.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The publication: made where missing, completed where it lacks tables, checked where a DBA made
 * it.
 */
final class Publication {

  private static final String INSUFFICIENT_PRIVILEGE = "42501";
  private static final int HAS_FILTERS = 150000;
  private static final int HAS_GENERATED = 180000;

  private final Connection connection;
  private final String name;
  private final int serverVersion;

  Publication(Connection connection, String name, int serverVersion) {
    this.connection = connection;
    this.name = name;
    this.serverVersion = serverVersion;
  }

  /** Makes it carry every change of the tables, or tells what stands against that. */
  List<Problem> prepare(Collection<TableName> tables) throws SQLException {
    if (!exists()) {
      return attempt("There must be a publication " + name + ".", List.of(createStatement(tables)));
    }
    List<Problem> problems = new ArrayList<>(options());
    Set<TableName> published = published();
    List<TableName> missing =
        tables.stream().filter(table -> !published.contains(table)).sorted().toList();
    if (!missing.isEmpty()) {
      problems.addAll(
          attempt(
              "The publication "
                  + name
                  + " must contain "
                  + join(missing, TableName::toString)
                  + ".",
              List.of(
                  "ALTER PUBLICATION "
                      + Identifiers.quote(name)
                      + " ADD TABLE "
                      + join(missing, TableName::quoted))));
    }
    for (TableName table : tables) {
      if (filtered(table)) {
        problems.add(
            new Problem(
                "The publication "
                    + name
                    + " must carry all rows and columns of "
                    + table
                    + " but filters them.",
                "ALTER PUBLICATION "
                    + Identifiers.quote(name)
                    + " DROP TABLE "
                    + table.quoted()
                    + ";\nALTER PUBLICATION "
                    + Identifiers.quote(name)
                    + " ADD TABLE "
                    + table.quoted()
                    + ";"));
      }
    }
    return problems;
  }

  private String createStatement(Collection<TableName> tables) {
    return "CREATE PUBLICATION "
        + Identifiers.quote(name)
        + " FOR TABLE "
        + join(tables.stream().sorted().toList(), TableName::quoted)
        + " WITH (publish = 'insert, update, delete, truncate'"
        + (serverVersion >= HAS_GENERATED ? ", publish_generated_columns = stored" : "")
        + ")";
  }

  private boolean exists() throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT FROM pg_publication WHERE pubname = ?")) {
      query.setString(1, name);
      try (ResultSet row = query.executeQuery()) {
        return row.next();
      }
    }
  }

  private List<Problem> options() throws SQLException {
    List<Problem> problems = new ArrayList<>();
    String generated = serverVersion >= HAS_GENERATED ? "pubgencols = 's'" : "true";
    String sql =
        "SELECT pubinsert AND pubupdate AND pubdelete AND pubtruncate AS all_operations, "
            + generated
            + " AS generated FROM pg_publication WHERE pubname = ?";
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, name);
      try (ResultSet row = query.executeQuery()) {
        row.next();
        if (!row.getBoolean("all_operations")) {
          problems.addAll(
              attempt(
                  "The publication " + name + " must publish insert, update, delete and truncate.",
                  List.of(
                      "ALTER PUBLICATION "
                          + Identifiers.quote(name)
                          + " SET (publish = 'insert, update, delete, truncate')")));
        }
        if (!row.getBoolean("generated")) {
          problems.addAll(
              attempt(
                  "The publication " + name + " must publish stored generated columns.",
                  List.of(
                      "ALTER PUBLICATION "
                          + Identifiers.quote(name)
                          + " SET (publish_generated_columns = stored)")));
        }
      }
    }
    return problems;
  }

  private Set<TableName> published() throws SQLException {
    Set<TableName> tables = new HashSet<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT schemaname, tablename FROM pg_publication_tables WHERE pubname = ?")) {
      query.setString(1, name);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          tables.add(new TableName(row.getString(1), row.getString(2)));
        }
      }
    }
    return tables;
  }

  private boolean filtered(TableName table) throws SQLException {
    if (serverVersion < HAS_FILTERS) {
      return false;
    }
    try (PreparedStatement query =
        connection.prepareStatement(
            """
            SELECT r.prqual IS NOT NULL OR r.prattrs IS NOT NULL
            FROM pg_publication_rel r
            JOIN pg_publication p ON p.oid = r.prpubid
            JOIN pg_class c ON c.oid = r.prrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE p.pubname = ? AND n.nspname = ? AND c.relname = ?
            """)) {
      query.setString(1, name);
      query.setString(2, table.schema());
      query.setString(3, table.table());
      try (ResultSet row = query.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  private List<Problem> attempt(String rule, List<String> statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
      return List.of();
    } catch (SQLException e) {
      if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
        return List.of(
            new Problem(
                rule
                    + " Our role may not see to that ("
                    + e.getMessage()
                    + "); its owner or a superuser can:",
                String.join(";\n", statements) + ";"));
      }
      throw e;
    }
  }

  private static String join(
      List<TableName> tables, java.util.function.Function<TableName, String> spelling) {
    return tables.stream().map(spelling).collect(Collectors.joining(", "));
  }
}
