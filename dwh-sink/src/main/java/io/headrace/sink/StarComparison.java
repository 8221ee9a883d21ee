package io.headrace.sink;

import static java.util.stream.Collectors.joining;

import io.headrace.star.Identifiers;
import io.headrace.star.Star;
import io.headrace.star.StarTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The live star beside its shadow, both read from one snapshot in which they show the same epoch.
 *
 * @param tables the counts by table
 */
public record StarComparison(List<Table> tables) {

  /**
   * One table.
   *
   * @param rows rows in the shadow
   * @param missing rows that only the shadow has
   * @param extra rows that only the live star has
   * @param different rows that differ in a column that both have with the same type
   * @param unlike the columns that the live star does not have, or has with another type
   */
  public record Table(
      String name, long rows, long missing, long extra, long different, List<String> unlike) {
    public Table {
      unlike = List.copyOf(unlike);
    }

    /** One whose columns are all the same. */
    Table(String name, long rows, long missing, long extra, long different) {
      this(name, rows, missing, extra, different, List.of());
    }

    /** Whether the two hold the same. */
    public boolean equal() {
      return missing == 0 && extra == 0 && different == 0;
    }

    /** For a person. */
    @Override
    public String toString() {
      String sentence =
          equal()
              ? name + ": " + rows + " rows, equal"
              : String.format(
                  Locale.ROOT,
                  "%s: %d rows; of the live star's %d are missing, %d too many, %d different",
                  name,
                  rows,
                  missing,
                  extra,
                  different);
      return unlike.isEmpty() ? sentence : sentence + "; columns: " + String.join(", ", unlike);
    }
  }

  /** Whether all tables hold the same. */
  public boolean equal() {
    return tables.stream().allMatch(Table::equal);
  }

  /** Rows in all tables of the shadow. */
  public long rows() {
    return tables.stream().mapToLong(Table::rows).sum();
  }

  /** Compares in the running transaction, whose snapshot it has. */
  static StarComparison of(Connection connection, Star star, String live) throws SQLException {
    List<Table> tables = new ArrayList<>();
    for (StarTable table : star.tables()) {
      tables.add(table(connection, table, live));
    }
    return new StarComparison(List.copyOf(tables));
  }

  private static Table table(Connection connection, StarTable table, String live)
      throws SQLException {
    Map<String, Type> there = columns(connection, live, table.name());
    Map<String, Type> here = columns(connection, Shadow.schema(), table.name());
    List<String> alike =
        table.query().columns().stream().filter(c -> isAlike(there.get(c), here.get(c))).toList();
    List<String> unlike =
        table.query().columns().stream()
            .filter(c -> !alike.contains(c))
            .map(c -> words(c, there.get(c), here.get(c)))
            .toList();
    String shadow = Identifiers.quote(Shadow.schema()) + "." + Identifiers.quote(table.name());
    if (!there.keySet().containsAll(table.query().key())) {
      long rows = count(connection, shadow);
      return new Table(table.name(), rows, rows, 0, 0, unlike);
    }
    String key = Identifiers.quote(table.query().key().get(0));
    String sql =
        "SELECT count(s."
            + key
            + "), count(*) FILTER (WHERE l."
            + key
            + " IS NULL), count(*) FILTER (WHERE s."
            + key
            + " IS NULL), count(*) FILTER (WHERE l."
            + key
            + " IS NOT NULL AND s."
            + key
            + " IS NOT NULL AND pg_catalog.record_image_ne("
            + row("l", alike)
            + ", "
            + row("s", alike)
            + ")) FROM "
            + Identifiers.quote(live)
            + "."
            + Identifiers.quote(table.name())
            + " l FULL JOIN "
            + shadow
            + " s ON "
            + table.query().key().stream()
                .map(column -> same(column, alike.contains(column)))
                .collect(joining(" AND "));
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return new Table(
          table.name(), row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), unlike);
    }
  }

  private static boolean isAlike(@Nullable Type live, @Nullable Type shadow) {
    return live != null && shadow != null && live.oid() == shadow.oid();
  }

  private static String words(String column, @Nullable Type live, @Nullable Type shadow) {
    return live == null || shadow == null
        ? column + " (new)"
        : column + " (" + shadow.name() + ", was " + live.name() + ")";
  }

  /** Of a key; text is what values of any two types can be compared as. */
  private static String same(String column, boolean alike) {
    String quoted = Identifiers.quote(column) + (alike ? "" : "::text");
    return "l." + quoted + " = s." + quoted;
  }

  private static String row(String alias, List<String> columns) {
    return columns.stream()
        .map(column -> alias + "." + Identifiers.quote(column))
        .collect(joining(", ", "ROW(", ")"));
  }

  private static long count(Connection connection, String table) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table)) {
      row.next();
      return row.getLong(1);
    }
  }

  /**
   * A column's type.
   *
   * @param name for a person
   */
  private record Type(long oid, String name) {}

  private static Map<String, Type> columns(Connection connection, String schema, String table)
      throws SQLException {
    Map<String, Type> columns = new HashMap<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT attname, atttypid, format_type(atttypid, atttypmod) FROM pg_attribute"
                + " WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped")) {
      select.setString(1, Identifiers.quote(schema) + "." + Identifiers.quote(table));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          columns.put(row.getString(1), new Type(row.getLong(2), row.getString(3)));
        }
      }
    }
    return columns;
  }
}
