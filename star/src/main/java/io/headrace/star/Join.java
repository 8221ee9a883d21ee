package io.headrace.star;

import java.util.List;

/**
 * One JOIN of a star table: from a foreign key to the joined table's primary key, so it finds at
 * most one row.
 *
 * @param kind what becomes of a row that finds none
 * @param parent the joined table
 * @param from whose columns hold the foreign key: 0 is the base table, i is the table of {@code
 *     joins.get(i - 1)}
 * @param foreignKey positions in the columns of that table, in the order of the parent's primary
 *     key; a NULL among them finds no row
 */
public record Join(Kind kind, SourceTable parent, int from, List<Integer> foreignKey) {
  public Join {
    foreignKey = List.copyOf(foreignKey);
  }

  /** The kinds of join that the star knows. */
  public enum Kind {
    /** A row that finds none is dropped. */
    INNER,
    /** A row that finds none goes on with NULLs. */
    LEFT
  }
}
