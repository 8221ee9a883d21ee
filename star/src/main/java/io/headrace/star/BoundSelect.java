package io.headrace.star;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A SELECT whose every name is found in the source's catalog.
 *
 * @param parsed the SELECT as it is written
 * @param tables its tables
 * @param items its select list
 * @param where its condition
 */
record BoundSelect(
    ParsedSelect parsed, List<BoundTable> tables, List<Item> items, @Nullable Expression where) {
  BoundSelect {
    tables = List.copyOf(tables);
    items = List.copyOf(items);
  }

  StarFile file() {
    return parsed.file();
  }

  /**
   * The target's columns that hold the base table's primary key, in the key's order.
   *
   * @param preferred which to take of several that hold the same
   */
  List<String> targetKey(Collection<String> preferred) {
    List<String> key = new ArrayList<>();
    for (String column : tables.get(0).table().primaryKey()) {
      items.stream()
          .filter(item -> item.holds(column))
          .map(Item::name)
          .min(Comparator.comparing(name -> preferred.contains(name) ? 0 : 1))
          .ifPresent(key::add);
    }
    return key;
  }

  /** The select list's expressions and the condition. */
  List<Expression> expressions() {
    List<Expression> expressions = new ArrayList<>();
    items.forEach(item -> expressions.add(item.expression()));
    if (where != null) {
      expressions.add(where);
    }
    return expressions;
  }

  /**
   * A table of the FROM clause.
   *
   * @param alias the name by which the SELECT calls it
   * @param table the table
   * @param join how it is joined; null for the base table
   * @param from the table whose columns hold the foreign key
   * @param foreignKey those columns, in the order of the table's primary key
   */
  record BoundTable(
      String alias,
      CatalogTable table,
      Join.@Nullable Kind join,
      int from,
      List<String> foreignKey) {
    BoundTable {
      foreignKey = List.copyOf(foreignKey);
    }
  }

  /**
   * An item of the select list.
   *
   * @param name the target's column
   * @param expression what fills it
   * @param plain the source's column where the expression is nothing else
   */
  record Item(String name, Expression expression, @Nullable Reference plain) {
    /** Whether this is that column of the base table, as it is. */
    boolean holds(String baseColumn) {
      return plain != null && plain.from() == 0 && plain.column().name().equals(baseColumn);
    }
  }

  /** A scalar expression. */
  record Expression(Span at, List<Reference> references) {
    Expression {
      references = List.copyOf(references);
    }
  }

  /**
   * A column in an expression.
   *
   * @param written how it stands there
   * @param from the table
   * @param column the column
   * @param merged whether it is named by USING's common name
   */
  record Reference(
      ParsedSelect.Reference written,
      int from,
      CatalogTable.CatalogColumn column,
      boolean merged) {}
}
