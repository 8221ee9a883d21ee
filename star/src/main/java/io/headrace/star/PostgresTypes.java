package io.headrace.star;

import io.headrace.star.DataType.Family;
import io.headrace.star.SourceType.UserType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads types from a PostgreSQL catalog; domains become their base types, however deep. */
final class PostgresTypes {

  private static final Set<String> NUMBERS =
      Set.of("int2", "int4", "int8", "oid", "float4", "float8");

  /**
   * Types whose equal values have one text only. Others, such as interval and jsonb, write equal
   * values in several ways.
   */
  private static final Set<String> UNIQUE_TEXT =
      Set.of(
          "bool",
          "int2",
          "int4",
          "int8",
          "oid",
          "text",
          "varchar",
          "bpchar",
          "char",
          "name",
          "uuid",
          "date",
          "timestamp",
          "timestamptz",
          "time",
          "bytea",
          "bit",
          "varbit",
          "inet",
          "cidr",
          "macaddr",
          "macaddr8",
          "pg_lsn");

  private static final Map<String, String> REFUSED =
      Map.of(
          "money", "money cannot be carried: its text depends on lc_monetary; allowed is numeric");

  private final Connection connection;
  private final Map<Long, TypeRow> rows = new HashMap<>();

  PostgresTypes(Connection connection) {
    this.connection = connection;
  }

  private record TypeRow(
      long oid,
      String schema,
      String name,
      String kind,
      String category,
      long element,
      long array,
      long base,
      int baseModifier,
      long relation,
      @Nullable String extension) {
    boolean builtIn() {
      return schema.equals("pg_catalog");
    }

    boolean isArray() {
      return element != 0 && category.equals("A");
    }
  }

  /** A column's type. */
  SourceType type(long oid, int modifier) throws SQLException {
    String name = format(oid, modifier);
    TypeRow row = row(oid);
    int typeModifier = modifier;
    while (row.kind.equals("d")) {
      typeModifier = row.baseModifier;
      row = row(row.base);
    }
    if (row.isArray()) {
      return array(name, row, typeModifier);
    }
    String refusal = refusal(row);
    if (refusal != null || row.builtIn()) {
      DataType carried = new DataType(format(row.oid, typeModifier), family(row));
      return new SourceType(name, carried, null, uniqueText(row, typeModifier), refusal);
    }
    UserType user = user(row, false);
    return new SourceType(name, new DataType("text", Family.TEXT), user, false, null);
  }

  private SourceType array(String name, TypeRow array, int modifier) throws SQLException {
    TypeRow element = row(array.element);
    TypeRow carried = array;
    int elementModifier = modifier;
    while (element.kind.equals("d")) {
      elementModifier = element.baseModifier;
      element = row(element.base);
      carried = row(element.array);
    }
    String refusal =
        element.isArray() ? "an array of arrays of a domain cannot be carried" : refusal(element);
    if (refusal != null || element.builtIn()) {
      DataType type = new DataType(format(carried.oid, elementModifier), Family.TEXT);
      return new SourceType(name, type, null, false, refusal);
    }
    return new SourceType(
        name, new DataType("text", Family.TEXT), user(element, true), false, null);
  }

  private static @Nullable String refusal(TypeRow row) {
    if (row.kind.equals("p")) {
      return "the pseudo-type " + row.name + " cannot be carried";
    }
    if (row.builtIn() && row.name.startsWith("reg")) {
      return row.name
          + " cannot be carried: it names an object of the source's catalog; allowed is text";
    }
    return row.builtIn() ? REFUSED.get(row.name) : null;
  }

  private static Family family(TypeRow row) {
    if (row.name.equals("bool")) {
      return Family.BOOLEAN;
    }
    if (row.name.equals("bytea")) {
      return Family.BYTES;
    }
    return NUMBERS.contains(row.name) ? Family.NUMBER : Family.TEXT;
  }

  private static boolean uniqueText(TypeRow row, int modifier) {
    return UNIQUE_TEXT.contains(row.name) || (row.name.equals("numeric") && modifier != -1);
  }

  private UserType user(TypeRow row, boolean array) throws SQLException {
    String quoted = Identifiers.quote(row.schema) + "." + Identifiers.quote(row.name);
    TypeDefinition definition = definition(row);
    String parts =
        definition.parts().stream()
            .map(
                part ->
                    definition.kind().equals("enum") ? "'" + part.replace("'", "''") + "'" : part)
            .collect(Collectors.joining(", "));
    String create =
        switch (definition.kind()) {
          case "extension" -> "CREATE EXTENSION " + Identifiers.quote(definition.parts().get(0));
          case "enum" -> "CREATE TYPE " + quoted + " AS ENUM (" + parts + ")";
          case "range" -> "CREATE TYPE " + quoted + " AS RANGE (SUBTYPE = " + parts + ")";
          case "composite" -> "CREATE TYPE " + quoted + " AS (" + parts + ")";
          default -> "the type " + quoted;
        };
    return new UserType(row.schema, row.name, array, definition, create);
  }

  /** The definition of the type that SQL text names; null where there is none. */
  @Nullable TypeDefinition definition(String quotedName) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT to_regtype(?)::oid::bigint")) {
      statement.setString(1, quotedName);
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        long oid = result.getLong(1);
        return result.wasNull() ? null : definition(row(oid));
      }
    }
  }

  private TypeDefinition definition(TypeRow row) throws SQLException {
    if (row.extension != null) {
      return new TypeDefinition("extension", List.of(row.extension));
    }
    return switch (row.kind) {
      case "e" ->
          new TypeDefinition(
              "enum",
              strings(
                  "SELECT enumlabel FROM pg_enum WHERE enumtypid = ? ORDER BY enumsortorder",
                  row.oid));
      case "c" ->
          new TypeDefinition(
              "composite",
              strings(
                  "SELECT quote_ident(attname) || ' ' || format_type(atttypid, atttypmod) FROM pg_attribute"
                      + " WHERE attrelid = ? AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
                  row.relation));
      case "r" ->
          new TypeDefinition(
              "range",
              strings(
                  "SELECT format_type(rngsubtype, NULL) FROM pg_range WHERE rngtypid = ?",
                  row.oid));
      case "m" ->
          new TypeDefinition(
              "multirange",
              strings(
                  "SELECT format_type(rngtypid, NULL) FROM pg_range WHERE rngmultitypid = ?",
                  row.oid));
      default -> new TypeDefinition("base", List.of(row.schema, row.name));
    };
  }

  private List<String> strings(String sql, long oid) throws SQLException {
    List<String> strings = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, oid);
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          strings.add(result.getString(1));
        }
      }
    }
    return strings;
  }

  private String format(long oid, int modifier) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT format_type(?::oid, ?)")) {
      statement.setLong(1, oid);
      statement.setInt(2, modifier);
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        return result.getString(1);
      }
    }
  }

  private TypeRow row(long oid) throws SQLException {
    TypeRow known = rows.get(oid);
    if (known != null) {
      return known;
    }
    String sql =
        """
        SELECT n.nspname, t.typname, t.typtype, t.typcategory, t.typelem::bigint, t.typarray::bigint,
               t.typbasetype::bigint, t.typtypmod, t.typrelid::bigint,
               (SELECT e.extname FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
                 WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'
                   AND d.refclassid = 'pg_extension'::regclass)
          FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
         WHERE t.oid = ?
        """;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, oid);
      try (ResultSet r = statement.executeQuery()) {
        if (!r.next()) {
          throw new SQLException("the catalog has no type with the oid " + oid);
        }
        TypeRow row =
            new TypeRow(
                oid,
                r.getString(1),
                r.getString(2),
                r.getString(3),
                r.getString(4),
                r.getLong(5),
                r.getLong(6),
                r.getLong(7),
                r.getInt(8),
                r.getLong(9),
                r.getString(10));
        rows.put(oid, row);
        return row;
      }
    }
  }
}
