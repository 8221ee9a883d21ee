package io.headrace.cli.workload;

import io.headrace.star.TableName;
import java.util.List;

/**
 * Columns of a child table that hold the primary key of a parent table.
 *
 * @param child the referring table
 * @param columns its columns, in the order of the parent's primary key
 * @param parent the table referred to
 * @param enforced whether the source has a foreign key constraint that says so
 */
public record Relation(TableName child, List<String> columns, TableName parent, boolean enforced) {
  public Relation {
    columns = List.copyOf(columns);
  }
}
