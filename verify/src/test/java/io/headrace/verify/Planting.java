package io.headrace.verify;

import io.headrace.star.StarTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/** Plants differences in the warehouse, and knows which. */
final class Planting {
  private final Connection warehouse;
  private final Sides sides;
  private final Random random;
  private final Map<String, List<List<String>>> keys = new TreeMap<>();
  private final Map<String, Map<String, String>> types = new TreeMap<>();
  private final Set<String> touched = new HashSet<>();
  private int made;

  /** {@code table key kind column}, as {@link #found} writes what was found. */
  final Set<String> planted = new HashSet<>();

  /** What a plant does to a value, and to columns of which types. */
  private enum Sort {
    OTHER_TEXT("text", "%s || 'x'"),
    OTHER_CASE("text", "upper(%1$s) || lower(%1$s)"),
    EMPTY_FOR_NULL("text", "CASE WHEN %s IS NULL THEN '' ELSE NULL END"),
    MICROSECOND("timestamp", "%s + interval '1 microsecond'"),
    TRAILING_SPACE("text", "%s || ' '"),
    SCALE("numeric", "(%s::text || '0')::numeric"),
    LAST_DIGIT("float", "%s * 1.0000000000000002"),
    MISSING("", ""),
    EXTRA("", "");

    final String type;
    final String value;

    Sort(String type, String value) {
      this.type = type;
      this.value = value;
    }
  }

  Planting(Sides sides, Connection warehouse, long seed) throws SQLException {
    this.sides = sides;
    this.warehouse = warehouse;
    this.random = new Random(seed);
    execute("SET session_replication_role = replica");
    for (StarTable table : sides.star.tables()) {
      types.put(table.name(), types(table));
      keys.put(table.name(), keys(table));
    }
  }

  /** Plants so many. */
  void plant(int count) throws SQLException {
    while (planted.size() < count) {
      List<StarTable> tables = sides.star.tables();
      StarTable table = tables.get(random.nextInt(tables.size()));
      List<List<String>> all = keys.get(table.name());
      List<String> key = all.get(random.nextInt(all.size()));
      Sort sort = Sort.values()[random.nextInt(Sort.values().length)];
      if (!touched.contains(table.name() + key)) {
        switch (sort) {
          case MISSING -> missing(table, key);
          case EXTRA -> extra(table, key);
          default -> changed(table, key, sort);
        }
      }
    }
  }

  private void missing(StarTable table, List<String> key) throws SQLException {
    update("DELETE FROM " + table.name() + where(table), key);
    note(table, key, "missing", "");
  }

  private void extra(StarTable table, List<String> key) throws SQLException {
    made++;
    List<String> added = new ArrayList<>();
    List<String> columns = table.query().columns();
    List<String> values = new ArrayList<>();
    Map<String, String> newKey = new TreeMap<>();
    for (String column : columns) {
      int position = table.query().key().indexOf(column);
      if (position < 0) {
        values.add(quoted(column));
        continue;
      }
      String type = types.get(table.name()).get(column);
      String value =
          type.equals("integer") || type.equals("bigint")
              ? String.valueOf(9_000_000 + made)
              : type.equals("uuid")
                  ? new UUID(7, made).toString()
                  : (random.nextBoolean() ? "Ä" : "z") + made;
      newKey.put(column, value);
      values.add("'" + value + "'");
    }
    table.query().key().forEach(column -> added.add(newKey.get(column)));
    update(
        "INSERT INTO "
            + table.name()
            + " ("
            + columns.stream().map(Planting::quoted).collect(Collectors.joining(", "))
            + ") SELECT "
            + String.join(", ", values)
            + " FROM "
            + table.name()
            + where(table),
        key);
    planted.add(table.name() + " " + padded(table, added) + " extra ");
    touched.add(table.name() + key);
  }

  /** A char(n) comes back with its spaces. */
  private List<String> padded(StarTable table, List<String> key) throws SQLException {
    List<String> result = new ArrayList<>();
    for (int i = 0; i < key.size(); i++) {
      String type = types.get(table.name()).get(table.query().key().get(i));
      try (Statement statement = warehouse.createStatement();
          ResultSet row = statement.executeQuery("SELECT '" + key.get(i) + "'::" + type)) {
        row.next();
        result.add(row.getString(1));
      }
    }
    return result;
  }

  private void changed(StarTable table, List<String> key, Sort sort) throws SQLException {
    List<String> columns =
        table.query().columns().stream()
            .filter(column -> !table.query().key().contains(column))
            .filter(column -> fits(types.get(table.name()).get(column), sort.type))
            .toList();
    if (columns.isEmpty()) {
      return;
    }
    String column = columns.get(random.nextInt(columns.size()));
    String value = String.format(sort.value, quoted(column));
    int rows =
        update(
            "UPDATE "
                + table.name()
                + " SET "
                + quoted(column)
                + " = "
                + value
                + where(table)
                + " AND ("
                + value
                + ")::text IS DISTINCT FROM "
                + quoted(column)
                + "::text"
                + (sort == Sort.EMPTY_FOR_NULL
                    ? " AND coalesce(" + quoted(column) + ", '') = ''"
                    : " AND " + quoted(column) + " IS NOT NULL"),
            key);
    if (rows == 1) {
      note(table, key, "different", column);
    }
  }

  private static boolean fits(String type, String wanted) {
    return switch (wanted) {
      case "text" -> type.equals("text") || type.startsWith("character varying");
      case "timestamp" -> type.startsWith("timestamp ");
      case "float" -> type.equals("double precision");
      default -> type.equals(wanted);
    };
  }

  private void note(StarTable table, List<String> key, String kind, String column) {
    touched.add(table.name() + key);
    planted.add(table.name() + " " + key + " " + kind + " " + column);
  }

  /** What was found, written as what was planted. */
  static Set<String> found(VerificationReport report) {
    return report.differences().stream()
        .map(
            d ->
                d.table()
                    + " "
                    + d.key()
                    + " "
                    + d.kind().word()
                    + " "
                    + d.values().stream()
                        .map(Difference.Value::column)
                        .collect(Collectors.joining(",")))
        .collect(Collectors.toSet());
  }

  private int update(String sql, List<String> key) throws SQLException {
    try (PreparedStatement statement = warehouse.prepareStatement(sql)) {
      for (int i = 0; i < key.size(); i++) {
        statement.setString(i + 1, key.get(i));
      }
      return statement.executeUpdate();
    }
  }

  /** The text of a char(n) has lost its spaces. */
  private static String where(StarTable table) {
    return " WHERE "
        + table.query().key().stream()
            .map(column -> "rtrim(" + quoted(column) + "::text) = rtrim(?)")
            .collect(Collectors.joining(" AND "));
  }

  private Map<String, String> types(StarTable table) throws SQLException {
    Map<String, String> result = new TreeMap<>();
    try (Statement statement = warehouse.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attnum > 0"
                    + " AND attrelid = '"
                    + table.name()
                    + "'::regclass")) {
      while (row.next()) {
        result.put(row.getString(1), row.getString(2));
      }
    }
    return result;
  }

  private List<List<String>> keys(StarTable table) throws SQLException {
    List<List<String>> result = new ArrayList<>();
    String columns =
        table.query().key().stream().map(Planting::quoted).collect(Collectors.joining(", "));
    try (Statement statement = warehouse.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT " + columns + " FROM " + table.name() + " ORDER BY " + columns)) {
      while (row.next()) {
        List<String> key = new ArrayList<>();
        for (int i = 1; i <= table.query().key().size(); i++) {
          key.add(row.getString(i));
        }
        result.add(key);
      }
    }
    return result;
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = warehouse.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String quoted(String column) {
    return '"' + column + '"';
  }
}
