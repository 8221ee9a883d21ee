package io.headrace.star;

import io.headrace.star.BoundSelect.BoundTable;
import io.headrace.star.BoundSelect.Reference;
import io.headrace.star.CatalogTable.CatalogColumn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tables that an expression may name, and the columns that it means. */
final class Scope {

  private final StarFile file;
  private final Problems problems;
  private final List<BoundTable> tables = new ArrayList<>();
  private final List<Boolean> schemaNamesIt = new ArrayList<>();
  private final Map<String, Integer> merged = new HashMap<>();

  Scope(StarFile file, Problems problems) {
    this.file = file;
    this.problems = problems;
  }

  List<BoundTable> tables() {
    return tables;
  }

  /**
   * Adds the next table.
   *
   * @param aliased whether it has an alias, which hides its own name
   */
  void add(BoundTable table, boolean aliased) {
    tables.add(table);
    schemaNamesIt.add(!aliased);
  }

  /** A column's name in USING means the column of this table from now on. */
  void merge(String column, int from) {
    merged.putIfAbsent(column, from);
  }

  /** The column that is meant, or null when that is a problem. */
  @Nullable Reference resolve(ParsedSelect.Reference written) {
    List<String> parts = written.parts();
    return switch (parts.size()) {
      case 1 -> unqualified(written);
      case 2 -> qualified(written, table(null, parts.get(0)));
      case 3 -> qualified(written, table(parts.get(0), parts.get(1)));
      default -> qualified(written, -1);
    };
  }

  private int table(@Nullable String schema, String name) {
    for (int i = 0; i < tables.size(); i++) {
      BoundTable table = tables.get(i);
      boolean sameSchema =
          schema == null || (schemaNamesIt.get(i) && table.table().name().schema().equals(schema));
      if (sameSchema && table.alias().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  private @Nullable Reference qualified(ParsedSelect.Reference written, int from) {
    if (from < 0) {
      List<String> parts = written.parts();
      String qualifier = String.join(".", parts.subList(0, parts.size() - 1));
      List<String> aliases = tables.stream().map(BoundTable::alias).toList();
      problems.add(
          file,
          written.at(),
          "the column " + String.join(".", parts) + ", but FROM has no table " + qualifier,
          "allowed are " + String.join(", ", aliases) + Suggestion.of(qualifier, aliases));
      return null;
    }
    CatalogTable table = tables.get(from).table();
    CatalogColumn column = table.column(written.column());
    if (column == null) {
      List<String> names = names(table);
      problems.add(
          file,
          written.at(),
          "the column " + written.column() + ", which " + table.name() + " does not have",
          "allowed are its columns "
              + String.join(", ", names)
              + Suggestion.of(written.column(), names));
      return null;
    }
    return carried(new Reference(written, from, column, false));
  }

  private @Nullable Reference unqualified(ParsedSelect.Reference written) {
    String name = written.column();
    Integer common = merged.get(name);
    if (common != null) {
      CatalogColumn column = tables.get(common).table().column(name);
      return column == null ? null : carried(new Reference(written, common, column, true));
    }
    List<Integer> owners = new ArrayList<>();
    for (int i = 0; i < tables.size(); i++) {
      if (tables.get(i).table().column(name) != null) {
        owners.add(i);
      }
    }
    if (owners.size() == 1) {
      return qualified(written, owners.get(0));
    }
    if (owners.isEmpty()) {
      List<String> names =
          tables.stream().flatMap(t -> names(t.table()).stream()).distinct().toList();
      problems.add(
          file,
          written.at(),
          "the column " + name + ", which no table in FROM has",
          "allowed are " + String.join(", ", names) + Suggestion.of(name, names));
    } else {
      List<String> choices = owners.stream().map(i -> tables.get(i).alias() + "." + name).toList();
      problems.add(
          file,
          written.at(),
          "the column " + name + ", which " + owners.size() + " tables in FROM have",
          "write " + String.join(" or ", choices));
    }
    return null;
  }

  private @Nullable Reference carried(Reference reference) {
    String refusal = reference.column().type().refusal();
    if (refusal == null) {
      return reference;
    }
    problems.add(
        file,
        reference.written().at(),
        "the column " + reference.column().name() + " of type " + reference.column().type().name(),
        refusal);
    return null;
  }

  private static List<String> names(CatalogTable table) {
    return table.columns().stream().map(CatalogColumn::name).toList();
  }
}
