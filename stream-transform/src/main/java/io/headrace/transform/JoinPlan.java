package io.headrace.transform;

import io.headrace.star.Join;
import io.headrace.star.SourceTable;
import io.headrace.star.Star;
import io.headrace.star.StarTable;
import io.headrace.star.TableName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The star with numbers for its tables and foreign keys, as the stores and the joins of one task
 * need it.
 */
final class JoinPlan {

  private final Star star;
  private final Map<TableName, Integer> ordinals = new HashMap<>();
  private final List<FactJoin> joins = new ArrayList<>();
  private final List<List<FactJoin>> byBase = new ArrayList<>();
  private final List<List<FactJoin>> byParent = new ArrayList<>();
  private final List<List<ForeignKey>> ofBase = new ArrayList<>();
  private final List<List<ForeignKey>> ofParent = new ArrayList<>();

  JoinPlan(Star star) {
    this.star = star;
    for (SourceTable table : star.sources()) {
      ordinals.put(table.name(), ordinals.size());
      byBase.add(new ArrayList<>());
      byParent.add(new ArrayList<>());
      ofBase.add(new ArrayList<>());
      ofParent.add(new ArrayList<>());
    }
    Map<Child, ForeignKey> foreignKeys = new HashMap<>();
    for (int i = 0; i < star.tables().size(); i++) {
      add(i, star.tables().get(i), foreignKeys);
    }
  }

  /** What a foreign key's index is told apart by: several star tables may follow the same one. */
  private record Child(int table, boolean base, List<Integer> columns) {}

  private void add(int number, StarTable table, Map<Child, ForeignKey> foreignKeys) {
    List<ForeignKey> followed = new ArrayList<>();
    for (Join join : table.joins()) {
      int childTable = ordinal(table.source(join.from()));
      boolean base = join.from() == 0;
      Child child = new Child(childTable, base, join.foreignKey());
      ForeignKey known = foreignKeys.get(child);
      if (known == null) {
        int[] columns = join.foreignKey().stream().mapToInt(Integer::intValue).toArray();
        known = new ForeignKey(foreignKeys.size(), columns);
        foreignKeys.put(child, known);
        (base ? ofBase : ofParent).get(childTable).add(known);
      }
      followed.add(known);
    }
    FactJoin fact = new FactJoin(number, table, this::ordinal, followed);
    joins.add(fact);
    byBase.get(fact.base()).add(fact);
    fact.steps().stream()
        .mapToInt(FactJoin.Step::table)
        .distinct()
        .forEach(t -> byParent.get(t).add(fact));
  }

  /** Whether the star joins anything at all. */
  static boolean joins(Star star) {
    return star.tables().stream().anyMatch(table -> !table.joins().isEmpty());
  }

  int ordinal(SourceTable table) {
    Integer ordinal = ordinals.get(table.name());
    if (ordinal == null) {
      throw new IllegalArgumentException(
          "the star's sources must hold " + table.name() + " but do not");
    }
    return ordinal;
  }

  List<SourceTable> tables() {
    return star.sources();
  }

  int width(int table) {
    return star.sources().get(table).columns().size();
  }

  /** The star tables that begin with this table. */
  List<FactJoin> basedOn(int table) {
    return byBase.get(table);
  }

  /** The star tables that join this table. */
  List<FactJoin> joining(int table) {
    return byParent.get(table);
  }

  boolean isBase(int table) {
    return !byBase.get(table).isEmpty();
  }

  boolean isParent(int table) {
    return !byParent.get(table).isEmpty();
  }

  /** The foreign keys that joins follow out of this table's rows where it is the base. */
  List<ForeignKey> foreignKeysOfBase(int table) {
    return ofBase.get(table);
  }

  /** The foreign keys that joins follow out of this table's rows where it is itself joined. */
  List<ForeignKey> foreignKeysOfParent(int table) {
    return ofParent.get(table);
  }
}
