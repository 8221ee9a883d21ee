package io.headrace.star;

import java.util.List;

/**
 * A table of the source with the columns that the star needs of it. A captured row of it travels
 * through the transform as COPY text of exactly these columns in this order.
 *
 * @param name the table
 * @param columns the needed columns, those of the primary key among them
 * @param key positions in {@code columns} of the primary key's columns, in the key's order; never
 *     empty
 */
public record SourceTable(TableName name, List<Column> columns, List<Integer> key) {
  public SourceTable {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
  }
}
