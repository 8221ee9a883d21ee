package io.headrace.sink;

import static java.util.stream.Collectors.joining;

import io.headrace.sink.StarRelations.Relation;
import io.headrace.star.Identifiers;
import io.headrace.star.StarTable;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes a live table what its shadow is, row by row, so that whatever hangs on the table stays.
 *
 * @param table the table
 * @param live where it is live
 */
record TableMend(StarTable table, Relation live) {

  /** The lock keeps writers out and no reader; the table's triggers find what they always find. */
  private static final String SETTINGS =
      """
      SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '5s'; SET LOCAL search_path TO DEFAULT
      """;

  /**
   * Does it in the running transaction, which sees both at one epoch.
   *
   * @return what the live table had been compared with its shadow
   */
  StarComparison.Table run(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(SETTINGS);
      statement.execute("LOCK TABLE " + live.quoted() + " IN SHARE ROW EXCLUSIVE MODE");
      long missing = statement.executeLargeUpdate(insert());
      long different = statement.executeLargeUpdate(update());
      long extra = statement.executeLargeUpdate(delete());
      try (ResultSet row = statement.executeQuery("SELECT count(*) FROM " + shadow())) {
        row.next();
        return new StarComparison.Table(table.name(), row.getLong(1), missing, extra, different);
      }
    }
  }

  private String insert() {
    String columns = columns().map(Identifiers::quote).collect(joining(", "));
    return "INSERT INTO "
        + live.quoted()
        + " ("
        + columns
        + ") SELECT "
        + columns
        + " FROM "
        + shadow()
        + " AS s WHERE NOT EXISTS (SELECT FROM "
        + live.quoted()
        + " AS l WHERE "
        + sameKey()
        + ")";
  }

  private String update() {
    return "UPDATE "
        + live.quoted()
        + " AS l SET "
        + columns()
            .map(Identifiers::quote)
            .map(column -> column + " = s." + column)
            .collect(joining(", "))
        + " FROM "
        + shadow()
        + " AS s WHERE "
        + sameKey()
        // Images, not values, as merges compare.
        + " AND pg_catalog.record_image_ne("
        + row("l")
        + ", "
        + row("s")
        + ")";
  }

  private String delete() {
    return "DELETE FROM "
        + live.quoted()
        + " AS l WHERE NOT EXISTS (SELECT FROM "
        + shadow()
        + " AS s WHERE "
        + sameKey()
        + ")";
  }

  private String shadow() {
    return Identifiers.quote(Shadow.schema()) + "." + Identifiers.quote(table.name());
  }

  private Stream<String> columns() {
    return table.query().columns().stream();
  }

  private String row(String alias) {
    return columns()
        .map(column -> alias + "." + Identifiers.quote(column))
        .collect(joining(", ", "ROW(", ")"));
  }

  private String sameKey() {
    List<String> key = table.query().key();
    return key.stream()
        .map(Identifiers::quote)
        .map(column -> "l." + column + " = s." + column)
        .collect(joining(" AND "));
  }
}
