package io.headrace.star;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Carries a source's rows over a plan into a warehouse, as the stages would, and compares them with
 * the author's SELECTs.
 */
final class StagedRows {

  private StagedRows() {}

  /**
   * Compiles, stages, merges, and sees that every target holds what its SELECT returns in the
   * source.
   */
  static Star assertEqual(List<StarFile> files, Connection source, Connection warehouse)
      throws SQLException {
    try (Statement statement = warehouse.createStatement()) {
      // The order of the tables does not matter here.
      statement.execute("SET session_replication_role = replica");
    }
    Star star = StarCompiler.compile(files, source, warehouse);
    assertThat(star.tables()).hasSameSizeAs(files);
    for (StarTable table : star.tables()) {
      StarFile file =
          files.stream().filter(f -> f.name().equals(table.name())).findFirst().orElseThrow();
      load(table, source, warehouse);
      String columns =
          table.query().columns().stream()
              .map(c -> "t." + Identifiers.quote(c) + "::text")
              .collect(Collectors.joining(", "));
      String select = file.text().replaceAll(";\\s*(--.*)?\\s*$", "");
      List<List<String>> expected =
          rows(source, "SELECT " + columns + " FROM (" + select + "\n) t");
      assertThat(
              rows(
                  warehouse,
                  "SELECT " + columns + " FROM " + Identifiers.quote(table.name()) + " t"))
          .as(table.name())
          .isNotEmpty()
          .containsExactlyInAnyOrderElementsOf(expected);
    }
    return star;
  }

  private static void load(StarTable table, Connection source, Connection warehouse)
      throws SQLException {
    List<String> types = table.inputs().stream().map(i -> table.column(i).type().sql()).toList();
    StringBuilder create =
        new StringBuilder("CREATE TEMP TABLE stage_").append(table.name()).append(" (");
    for (int i = 0; i < types.size(); i++) {
      create.append(i == 0 ? "" : ", ").append("c").append(i + 1).append(' ').append(types.get(i));
    }
    try (Statement statement = warehouse.createStatement()) {
      statement.execute(create + ")");
      for (List<String> row : rows(source, joined(table))) {
        statement.execute(
            "INSERT INTO stage_"
                + table.name()
                + " VALUES ("
                + row.stream()
                    .map(
                        v ->
                            v == null
                                ? "NULL"
                                : "E'" + v.replace("\\", "\\\\").replace("'", "''") + "'")
                    .collect(Collectors.joining(", "))
                + ")");
      }
      WarehouseQuery query = table.query();
      String columns =
          query.columns().stream().map(Identifiers::quote).collect(Collectors.joining(", "));
      statement.execute(
          "INSERT INTO "
              + Identifiers.quote(table.name())
              + " ("
              + columns
              + ") SELECT "
              + query.selectList()
              + " FROM stage_"
              + table.name()
              + " AS fact "
              + query.from()
              + " WHERE "
              + query.where());
    }
  }

  private static String joined(StarTable table) {
    StringBuilder sql = new StringBuilder("SELECT ");
    sql.append(
        table.inputs().stream()
            .map(i -> "t" + i.from() + "." + Identifiers.quote(table.column(i).name()) + "::text")
            .collect(Collectors.joining(", ")));
    sql.append(" FROM ").append(table.base().name().quoted()).append(" AS t0");
    for (int i = 0; i < table.joins().size(); i++) {
      Join join = table.joins().get(i);
      String alias = "t" + (i + 1);
      sql.append(' ')
          .append(join.kind())
          .append(" JOIN ")
          .append(join.parent().name().quoted())
          .append(" AS ")
          .append(alias);
      List<String> equalities = new ArrayList<>();
      for (int k = 0; k < join.foreignKey().size(); k++) {
        Column child = table.source(join.from()).columns().get(join.foreignKey().get(k));
        Column parent = join.parent().columns().get(join.parent().key().get(k));
        equalities.add(
            "t"
                + join.from()
                + "."
                + Identifiers.quote(child.name())
                + " = "
                + alias
                + "."
                + Identifiers.quote(parent.name()));
      }
      sql.append(" ON ").append(String.join(" AND ", equalities));
    }
    return sql.toString();
  }

  private static List<List<String>> rows(Connection connection, String sql) throws SQLException {
    List<List<String>> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.add(result.getString(i));
        }
        rows.add(row);
      }
    }
    return rows;
  }
}
