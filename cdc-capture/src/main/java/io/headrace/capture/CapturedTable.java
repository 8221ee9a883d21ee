package io.headrace.capture;

import io.headrace.capture.CatalogTable.CatalogColumn;
import io.headrace.star.TableName;
import java.util.List;
import java.util.Set;

/**
 * A source table that is captured.
 *
 * @param name the table
 * @param topic where its changes go
 * @param columns every column that the publication carries, in the table's order
 * @param key positions in {@code columns} of the primary key, in the key's order
 * @param needed the columns that the star reads
 * @param estimatedRows the planner's estimate; -1 when it has none
 */
record CapturedTable(
    TableName name,
    String topic,
    List<CapturedColumn> columns,
    List<Integer> key,
    Set<String> needed,
    long estimatedRows) {
  CapturedTable {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
    needed = Set.copyOf(needed);
  }

  /** The table as the catalog describes it. */
  static CapturedTable of(CatalogTable found, String topic, Set<String> needed, int serverVersion) {
    List<CatalogColumn> published =
        found.columns().stream().filter(column -> column.published(serverVersion)).toList();
    List<String> names = published.stream().map(CatalogColumn::name).toList();
    return new CapturedTable(
        found.name(),
        topic,
        published.stream()
            .map(column -> new CapturedColumn(column.name(), ColumnJson.family(column.baseType())))
            .toList(),
        found.key().stream().map(names::indexOf).toList(),
        needed,
        found.estimatedRows());
  }

  /** The same table as the catalog describes it now. */
  CapturedTable as(CatalogTable found, int serverVersion) {
    return of(found, topic, needed, serverVersion);
  }

  /** The names of the primary key's columns, in the key's order. */
  List<String> keyNames() {
    return key.stream().map(position -> columns.get(position).name()).toList();
  }
}
