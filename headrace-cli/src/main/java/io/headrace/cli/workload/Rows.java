package io.headrace.cli.workload;

import io.headrace.star.Identifiers;
import io.headrace.star.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The statements that change rows; every value travels in its text form. */
final class Rows {

  private final Connection connection;

  Rows(Connection connection) {
    this.connection = connection;
  }

  /** Inserts a row; returns 0 when its key is there already. */
  int insert(TableShape table, List<@Nullable String> values) throws SQLException {
    return insertAll(table, List.of(values));
  }

  /** Inserts rows with one statement, leaving out those whose key is there already. */
  int insertAll(TableShape table, List<List<@Nullable String>> rows) throws SQLException {
    String row = "(" + String.join(", ", Collections.nCopies(table.columns().size(), "?")) + ")";
    List<@Nullable String> values = new ArrayList<>();
    rows.forEach(values::addAll);
    return execute(
        "INSERT INTO "
            + table.name().quoted()
            + " ("
            + names(table.columns())
            + ") OVERRIDING SYSTEM VALUE VALUES "
            + String.join(", ", Collections.nCopies(rows.size(), row))
            + " ON CONFLICT DO NOTHING",
        values);
  }

  /** Sets columns of the row with this key. */
  int update(
      TableShape table, List<String> key, List<String> columns, List<@Nullable String> values)
      throws SQLException {
    List<@Nullable String> parameters = new ArrayList<>(values);
    parameters.addAll(key);
    return execute(
        "UPDATE "
            + table.name().quoted()
            + " SET "
            + columns.stream()
                .map(name -> Identifiers.quote(name) + " = ?")
                .collect(Collectors.joining(", "))
            + where(keyNames(table)),
        parameters);
  }

  /** Writes a row over with what it holds. */
  int touch(TableShape table, List<String> key, String column) throws SQLException {
    String name = Identifiers.quote(column);
    return execute(
        "UPDATE " + table.name().quoted() + " SET " + name + " = " + name + where(keyNames(table)),
        List.copyOf(key));
  }

  int delete(TableShape table, List<String> key) throws SQLException {
    return execute(
        "DELETE FROM " + table.name().quoted() + where(keyNames(table)), List.copyOf(key));
  }

  /**
   * Inserts a copy of a row under another key; returns 0 when the row is gone or the other key is
   * there.
   */
  int copy(TableShape table, List<String> from, List<String> to) throws SQLException {
    List<@Nullable String> parameters = new ArrayList<>();
    List<String> expressions = new ArrayList<>();
    List<String> keyNames = keyNames(table);
    for (ColumnShape column : table.columns()) {
      int part = keyNames.indexOf(column.name());
      if (part >= 0) {
        parameters.add(to.get(part));
      }
      expressions.add(part >= 0 ? "?" : Identifiers.quote(column.name()));
    }
    parameters.addAll(from);
    return execute(
        "INSERT INTO "
            + table.name().quoted()
            + " ("
            + names(table.columns())
            + ") OVERRIDING SYSTEM VALUE SELECT "
            + String.join(", ", expressions)
            + " FROM "
            + table.name().quoted()
            + where(keyNames)
            + " ON CONFLICT DO NOTHING",
        parameters);
  }

  /** The keys of the rows that refer to a parent row, {@code limit} at most. */
  List<List<String>> referring(TableShape child, Relation relation, List<String> parent, int limit)
      throws SQLException {
    String keys =
        child.key().stream()
            .map(column -> Identifiers.quote(column.name()) + "::text")
            .collect(Collectors.joining(", "));
    String query =
        "SELECT "
            + keys
            + " FROM "
            + child.name().quoted()
            + where(relation.columns())
            + " LIMIT "
            + limit;
    List<List<String>> found = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(query)) {
      bind(select, List.copyOf(parent));
      ResultSet row = select.executeQuery();
      while (row.next()) {
        List<String> key = new ArrayList<>();
        for (int i = 1; i <= child.key().size(); i++) {
          key.add(row.getString(i));
        }
        found.add(key);
      }
    }
    return found;
  }

  /** Takes all rows out of a table and of those that refer to it. */
  void truncate(TableName table) throws SQLException {
    execute("TRUNCATE " + table.quoted() + " CASCADE", List.of());
  }

  private int execute(String sql, List<@Nullable String> parameters) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, parameters);
      return statement.executeUpdate();
    }
  }

  private static void bind(PreparedStatement statement, List<@Nullable String> parameters)
      throws SQLException {
    for (int i = 0; i < parameters.size(); i++) {
      String parameter = parameters.get(i);
      if (parameter == null) {
        statement.setNull(i + 1, Types.OTHER);
      } else {
        // OTHER leaves the type to the server, which then reads the text as the column's type.
        statement.setObject(i + 1, parameter, Types.OTHER);
      }
    }
  }

  private static List<String> keyNames(TableShape table) {
    return table.key().stream().map(ColumnShape::name).toList();
  }

  static String names(Collection<ColumnShape> columns) {
    return columns.stream()
        .map(column -> Identifiers.quote(column.name()))
        .collect(Collectors.joining(", "));
  }

  private static String where(List<String> columns) {
    return columns.stream()
        .map(name -> Identifiers.quote(name) + " = ?")
        .collect(Collectors.joining(" AND ", " WHERE ", ""));
  }
}
