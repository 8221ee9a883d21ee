package io.headrace.star;

import org.jspecify.annotations.Nullable;

/**
 * A column of a source table that the star needs.
 *
 * @param name the name as the catalog spells it
 * @param type its type
 * @param absent what a captured row means that does not have the column, because it was written
 *     before the column was added
 */
public record Column(String name, DataType type, Absent absent) {

  /**
   * The value of a column in rows that are older than the column.
   *
   * @param known false where the source cannot tell: such a row is an error
   * @param text the value in PostgreSQL's text form, or null for SQL NULL
   */
  public record Absent(boolean known, @Nullable String text) {
    /** Rows without the column hold NULL in it. */
    public static final Absent NULL = new Absent(true, null);

    /** The source cannot tell what such rows hold. */
    public static final Absent UNKNOWN = new Absent(false, null);
  }
}
