package io.headrace.capture;

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

  /** The names of the primary key's columns, in the key's order. */
  List<String> keyNames() {
    return key.stream().map(position -> columns.get(position).name()).toList();
  }
}
