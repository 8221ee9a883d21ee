package io.headrace.cli.workload;

import io.headrace.star.TableName;
import java.util.List;

/**
 * A table that a workload changes.
 *
 * @param name the table
 * @param columns all columns that can be written
 * @param key the primary key's columns, in the key's order
 * @param parents the relations that go out of it
 * @param children the relations that come in
 * @param depth how many parents stand above it at most; 0 for a table that refers to none
 */
record TableShape(
    TableName name,
    List<ColumnShape> columns,
    List<ColumnShape> key,
    List<Relation> parents,
    List<Relation> children,
    int depth) {
  TableShape {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
    parents = List.copyOf(parents);
    children = List.copyOf(children);
  }

  /** Columns that an UPDATE may set, and that are neither part of the key nor of a relation. */
  List<ColumnShape> plain() {
    return columns.stream()
        .filter(column -> !column.fixed() && !isKey(column.name()) && !refers(column.name()))
        .toList();
  }

  ColumnShape column(String wanted) {
    return columns.stream()
        .filter(column -> column.name().equals(wanted))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException(name + " has no column " + wanted + " to write"));
  }

  boolean isKey(String column) {
    return key.stream().anyMatch(part -> part.name().equals(column));
  }

  /** Whether a relation shares a column with the key, so that another parent means another key. */
  boolean isIdentifying(Relation relation) {
    return relation.columns().stream().anyMatch(this::isKey);
  }

  boolean isNullable(Relation relation) {
    return relation.columns().stream().allMatch(name -> column(name).nullable());
  }

  private boolean refers(String column) {
    return parents.stream().anyMatch(relation -> relation.columns().contains(column));
  }
}
