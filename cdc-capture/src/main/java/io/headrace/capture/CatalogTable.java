package io.headrace.capture;

import io.headrace.star.TableName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table as the source's catalog describes it.
 *
 * @param kind {@code pg_class.relkind}
 * @param persistence {@code pg_class.relpersistence}
 * @param replicaIdentity {@code pg_class.relreplident}
 * @param identityIsKey whether a replica identity by index names the primary key's index
 * @param keyDeferrable whether the primary key may be checked late, and so is no replica identity
 * @param inherited whether other tables inherit from it
 * @param rowSecurity whether row security hides rows of it from us
 * @param estimatedRows the planner's estimate; -1 when it has none
 * @param key the primary key's columns, in the key's order; empty without one
 */
record CatalogTable(
    TableName name,
    char kind,
    char persistence,
    char replicaIdentity,
    boolean identityIsKey,
    boolean keyDeferrable,
    boolean inherited,
    boolean rowSecurity,
    boolean schemaUsable,
    boolean readable,
    long estimatedRows,
    List<CatalogColumn> columns,
    List<String> key) {
  CatalogTable {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
  }

  /** The column of that name, or null. */
  @Nullable CatalogColumn column(String column) {
    return columns.stream().filter(c -> c.name().equals(column)).findFirst().orElse(null);
  }

  /**
   * A column.
   *
   * @param baseType the object identifier of its type, of a domain its base type
   * @param toastable whether long values are stored apart from the row
   * @param generated {@code pg_attribute.attgenerated}; a space where it is not generated
   */
  record CatalogColumn(String name, long baseType, boolean toastable, char generated) {

    /** From when on the server publishes stored generated columns. */
    private static final int PUBLISHES_STORED = 180000;

    /** Whether the stream can carry it. */
    boolean published(int serverVersion) {
      return generated == ' ' || (generated == 's' && serverVersion >= PUBLISHES_STORED);
    }
  }
}
