package io.headrace.star;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table as the source's catalog knows it.
 *
 * @param name its name
 * @param columns its columns in the table's order
 * @param primaryKey the names of the primary key's columns in the key's order; empty where there is
 *     none
 * @param refusal what it is, where the star cannot read it; null for a plain table
 * @param readable whether our role may select from it
 */
record CatalogTable(
    TableName name,
    List<CatalogColumn> columns,
    List<String> primaryKey,
    @Nullable String refusal,
    boolean readable) {
  CatalogTable {
    columns = List.copyOf(columns);
    primaryKey = List.copyOf(primaryKey);
  }

  @Nullable CatalogColumn column(String columnName) {
    return columns.stream().filter(c -> c.name().equals(columnName)).findFirst().orElse(null);
  }

  /**
   * A column.
   *
   * @param name its name
   * @param type its type
   * @param absent {@link Column#absent}
   * @param uniqueText whether the column's collation takes only equal texts for equal
   * @param generated the expression that PostgreSQL computes it with, or null for a column of its
   *     own
   */
  record CatalogColumn(
      String name,
      SourceType type,
      Column.Absent absent,
      boolean uniqueText,
      @Nullable Generated generated) {
    Column column() {
      return new Column(name, type.carried(), absent);
    }
  }

  /**
   * A generated column's expression.
   *
   * @param expression its text, over the table's columns by their bare names
   * @param reads the columns that it reads
   */
  record Generated(String expression, List<String> reads) {
    Generated {
      reads = List.copyOf(reads);
    }
  }
}
