package io.headrace.star;

import io.headrace.star.CatalogTable.CatalogColumn;
import io.headrace.star.CatalogTable.Generated;
import io.headrace.star.DataType.Family;
import io.headrace.star.SourceType.UserType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A source's catalog without a database: {@code table("public", "a", "id integer key", "b text")}.
 */
final class FakeCatalog implements SourceCatalog {

  private static final Map<String, CallKind> CALLS =
      Map.of(
          "count", CallKind.AGGREGATE,
          "row_number", CallKind.WINDOW,
          "unnest", CallKind.SET,
          "now", CallKind.STABLE,
          "random", CallKind.VOLATILE);

  private final List<CatalogTable> tables = new ArrayList<>();

  /** A table whose columns are a name, a type and perhaps the word key. */
  FakeCatalog table(String schema, String name, String... columns) {
    return add(schema, name, null, columns);
  }

  FakeCatalog refused(String schema, String name, String refusal) {
    return add(schema, name, refusal, "id integer key");
  }

  private FakeCatalog add(String schema, String name, @Nullable String refusal, String... columns) {
    List<CatalogColumn> read = new ArrayList<>();
    List<String> key = new ArrayList<>();
    for (String column : columns) {
      String[] words = column.split(" ", 3);
      boolean isKey = words.length == 3 && words[2].equals("key");
      Generated generated =
          words.length == 3 && !isKey
              ? new Generated(words[2], List.of(words[2].replaceAll("[^a-z]", "")))
              : null;
      read.add(new CatalogColumn(words[0], type(words[1]), Column.Absent.NULL, true, generated));
      if (isKey) {
        key.add(words[0]);
      }
    }
    tables.add(new CatalogTable(new TableName(schema, name), read, key, refusal, true));
    return this;
  }

  private static SourceType type(String name) {
    if (name.equals("mood")) {
      TypeDefinition definition = new TypeDefinition("enum", List.of("bad", "good"));
      UserType user =
          new UserType(
              "public", "mood", false, definition, "CREATE TYPE mood AS ENUM ('bad', 'good')");
      return new SourceType("mood", new DataType("text", Family.TEXT), user, false, null);
    }
    Family family = List.of("integer", "bigint").contains(name) ? Family.NUMBER : Family.TEXT;
    String refusal = name.equals("money") ? "money cannot be carried" : null;
    return new SourceType(
        name, new DataType(name, family), null, !name.equals("interval"), refusal);
  }

  @Override
  public @Nullable CatalogTable table(@Nullable String schema, String table) {
    TableName name = new TableName(schema == null ? "public" : schema, table);
    return tables.stream().filter(t -> t.name().equals(name)).findFirst().orElse(null);
  }

  @Override
  public List<String> tableNames() {
    return tables.stream().map(t -> t.name().table()).toList();
  }

  @Override
  public CallKind call(String function) {
    return CALLS.getOrDefault(function, CallKind.SCALAR);
  }
}
