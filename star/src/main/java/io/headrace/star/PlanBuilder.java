package io.headrace.star;

import io.headrace.star.BoundSelect.BoundTable;
import io.headrace.star.BoundSelect.Item;
import io.headrace.star.CatalogTable.CatalogColumn;
import io.headrace.star.Reads.Read;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Builds the plan of SELECTs without problems. */
final class PlanBuilder {

  private final List<BoundSelect> selects;
  private final UserTypes types;
  private final Map<String, List<String>> targetKeys;
  private final Map<TableName, SourceTable> sources = new TreeMap<>();

  private PlanBuilder(
      List<BoundSelect> selects, UserTypes types, Map<String, List<String>> targetKeys) {
    this.selects = selects.stream().sorted(Comparator.comparing(s -> s.file().name())).toList();
    this.types = types;
    this.targetKeys = targetKeys;
  }

  /**
   * Builds the plan.
   *
   * @param targetKeys the targets' primary keys, by the targets' names; of those that are known
   */
  static Star build(
      List<BoundSelect> selects, UserTypes types, Map<String, List<String>> targetKeys) {
    return new PlanBuilder(selects, types, targetKeys).build();
  }

  private Star build() {
    Map<TableName, CatalogTable> tables = new TreeMap<>();
    Map<TableName, Set<String>> needed = new TreeMap<>();
    for (BoundSelect select : selects) {
      for (BoundTable table : select.tables()) {
        tables.put(table.table().name(), table.table());
        needed(needed, table.table()).addAll(table.table().primaryKey());
        needed(needed, select.tables().get(table.from()).table()).addAll(table.foreignKey());
      }
      for (Read read : Reads.of(select).all()) {
        needed(needed, select.tables().get(read.from()).table()).add(read.column().name());
      }
    }
    tables.forEach((name, table) -> sources.put(name, source(table, needed(needed, table))));
    List<StarTable> planned = selects.stream().map(this::table).toList();
    String generation = Generation.of(selects, planned, sources.values());
    return new Star(
        planned,
        List.copyOf(sources.values()),
        generation,
        selects.stream().map(BoundSelect::file).toList());
  }

  private static Set<String> needed(Map<TableName, Set<String>> needed, CatalogTable table) {
    return needed.computeIfAbsent(table.name(), name -> new TreeSet<>());
  }

  private static SourceTable source(CatalogTable table, Set<String> needed) {
    Set<String> ordered = new LinkedHashSet<>(table.primaryKey());
    table.columns().stream()
        .map(CatalogColumn::name)
        .filter(needed::contains)
        .forEach(ordered::add);
    List<Column> columns = new ArrayList<>();
    for (String name : ordered) {
      table.columns().stream()
          .filter(c -> c.name().equals(name))
          .map(CatalogColumn::column)
          .forEach(columns::add);
    }
    List<Integer> key = new ArrayList<>();
    for (int i = 0; i < table.primaryKey().size(); i++) {
      key.add(i);
    }
    return new SourceTable(table.name(), columns, key);
  }

  private StarTable table(BoundSelect select) {
    List<Join> joins = new ArrayList<>();
    for (BoundTable table : select.tables()) {
      if (table.join() != null) {
        SourceTable child = source(select, table.from());
        List<Integer> foreignKey =
            table.foreignKey().stream().map(name -> position(child, name)).toList();
        joins.add(new Join(table.join(), sourceOf(table), table.from(), foreignKey));
      }
    }
    Reads reads = Reads.of(select);
    List<StarTable.Input> inputs =
        reads.all().stream()
            .map(
                read ->
                    new StarTable.Input(
                        read.from(), position(source(select, read.from()), read.column().name())))
            .toList();
    SourceTable base = source(select, 0);
    StagedText text = new StagedText(select, reads, types);
    WarehouseQuery query =
        new WarehouseQuery(
            select.items().stream().map(Item::name).toList(),
            select.targetKey(targetKeys.getOrDefault(select.file().name(), List.of())),
            text.selectList(),
            text.from(),
            text.where());
    return new StarTable(select.file().name(), base, joins, inputs, base.key(), query);
  }

  private SourceTable source(BoundSelect select, int from) {
    return sourceOf(select.tables().get(from));
  }

  private SourceTable sourceOf(BoundTable table) {
    SourceTable source = sources.get(table.table().name());
    if (source == null) {
      throw new IllegalStateException("no source table " + table.table().name());
    }
    return source;
  }

  private static int position(SourceTable table, String column) {
    for (int i = 0; i < table.columns().size(); i++) {
      if (table.columns().get(i).name().equals(column)) {
        return i;
      }
    }
    throw new IllegalStateException("no column " + column + " in " + table.name());
  }
}
