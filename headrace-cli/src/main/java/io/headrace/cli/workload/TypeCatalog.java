package io.headrace.cli.workload;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The source's types, domains resolved to what they rest on. */
final class TypeCatalog {

  private record Type(String name, String kind, long base, int baseModifier, long element) {}

  private final Map<Long, Type> types = new HashMap<>();
  private final Map<Long, List<String>> labels = new HashMap<>();

  private TypeCatalog() {}

  static TypeCatalog read(Connection connection) throws SQLException {
    TypeCatalog catalog = new TypeCatalog();
    try (Statement select = connection.createStatement()) {
      ResultSet row =
          select.executeQuery(
              """
              SELECT oid::bigint, typname, typtype, typbasetype::bigint, typtypmod,
                CASE WHEN typcategory = 'A' THEN typelem::bigint ELSE 0 END
              FROM pg_type""");
      while (row.next()) {
        catalog.types.put(
            row.getLong(1),
            new Type(
                row.getString(2), row.getString(3), row.getLong(4), row.getInt(5), row.getLong(6)));
      }
      row =
          select.executeQuery(
              "SELECT enumtypid::bigint, enumlabel FROM pg_enum ORDER BY enumsortorder");
      while (row.next()) {
        catalog
            .labels
            .computeIfAbsent(row.getLong(1), type -> new ArrayList<>())
            .add(row.getString(2));
      }
    }
    return catalog;
  }

  TypeShape shape(long oid, int modifier) {
    Type type = types.get(oid);
    if (type == null) {
      throw new IllegalStateException("pg_type has no type " + oid);
    }
    if (type.kind.equals("d")) {
      return shape(type.base, type.baseModifier);
    }
    if (type.element != 0) {
      TypeShape element = shape(type.element, modifier);
      return new TypeShape(element.name(), element.modifier(), true, element.labels());
    }
    return new TypeShape(type.name, modifier, false, labels.getOrDefault(oid, List.of()));
  }
}
