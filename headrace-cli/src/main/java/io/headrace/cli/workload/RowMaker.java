package io.headrace.cli.workload;

import io.headrace.star.TableName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Makes up rows: new keys, parents that exist, random values. */
final class RowMaker {

  /** Small keys are left to the people who watch. */
  private static final long FIRST_KEY = 1_000_000;

  private final Map<TableName, KnownKeys> keys;
  private final RandomValues values;
  private final RandomGenerator random;
  private long sequence;

  RowMaker(Map<TableName, KnownKeys> keys, RandomValues values, RandomGenerator random) {
    this.keys = keys;
    this.values = values;
    this.random = random;
    // Another run against the same source must not begin with the keys of the one before.
    this.sequence = FIRST_KEY + random.nextInt(1_000_000_000);
  }

  /**
   * The values of a row in the order of the table's columns, or null when it must have a parent and
   * there is none.
   */
  @Nullable List<@Nullable String> row(TableShape table) {
    Map<String, @Nullable String> row = new HashMap<>();
    for (ColumnShape part : table.key()) {
      row.put(part.name(), values.key(part.type(), sequence++));
    }
    List<String> comeBack = random.nextInt(8) == 0 ? keys(table.name()).anyGone(random) : null;
    if (comeBack != null) {
      put(row, table.key().stream().map(ColumnShape::name).toList(), comeBack);
    }
    for (Relation relation : table.parents()) {
      List<String> parent = parent(table, relation);
      if (parent == null && !table.isNullable(relation)) {
        return null;
      }
      put(row, relation.columns(), parent);
    }
    List<@Nullable String> inOrder = new ArrayList<>();
    for (ColumnShape column : table.columns()) {
      inOrder.add(row.containsKey(column.name()) ? row.get(column.name()) : values.value(column));
    }
    return inOrder;
  }

  /** A parent for a row; null for none. */
  @Nullable List<String> parent(TableShape table, Relation relation) {
    if (table.isNullable(relation) && random.nextInt(10) == 0) {
      return null;
    }
    if (!relation.enforced() && random.nextInt(10) == 0) {
      List<String> late = keys(relation.parent()).anyGone(random);
      if (late != null) {
        return late;
      }
    }
    return keys(relation.parent()).any(random);
  }

  /** The key of a row made by {@link #row}. */
  static List<String> key(TableShape table, List<@Nullable String> row) {
    List<String> key = new ArrayList<>();
    for (ColumnShape part : table.key()) {
      String value = row.get(table.columns().indexOf(part));
      if (value == null) {
        throw new IllegalStateException("a row of " + table.name() + " was made without its key");
      }
      key.add(value);
    }
    return key;
  }

  /** Another key for a row: what it has from an enforced relation stays. */
  List<String> otherKey(TableShape table, List<String> key) {
    List<String> other = new ArrayList<>();
    for (int i = 0; i < key.size(); i++) {
      ColumnShape part = table.key().get(i);
      boolean bound =
          table.parents().stream()
              .anyMatch(
                  relation -> relation.enforced() && relation.columns().contains(part.name()));
      other.add(bound ? key.get(i) : values.key(part.type(), sequence++));
    }
    return other;
  }

  private static void put(
      Map<String, @Nullable String> row, List<String> columns, @Nullable List<String> from) {
    for (int i = 0; i < columns.size(); i++) {
      row.put(columns.get(i), from == null ? null : from.get(i));
    }
  }

  private KnownKeys keys(TableName table) {
    KnownKeys known = keys.get(table);
    if (known == null) {
      throw new IllegalArgumentException("the workload does not know the table " + table);
    }
    return known;
  }
}
