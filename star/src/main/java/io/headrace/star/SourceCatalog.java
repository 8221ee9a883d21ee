package io.headrace.star;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the compiler asks the source. */
interface SourceCatalog {

  /**
   * A table.
   *
   * @param schema its schema; null to look along the search path
   * @return null when there is none
   */
  @Nullable CatalogTable table(@Nullable String schema, String table);

  /** The names of all tables, those on the search path also without their schema. */
  List<String> tableNames();

  /** What is known of all functions of a name. */
  CallKind call(String function);

  /** Kinds of functions. */
  enum CallKind {
    /** One that may be immutable, or one that the catalog does not know by this name. */
    SCALAR,
    /** Takes several rows. */
    AGGREGATE,
    /** Takes a window. */
    WINDOW,
    /** Returns several rows. */
    SET,
    /** Gives the same only within one statement. */
    STABLE,
    /** May give something else at each call. */
    VOLATILE
  }
}
