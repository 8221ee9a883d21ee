package io.headrace.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A row in which the warehouse differs from the source.
 *
 * @param table the star table
 * @param columns names of the key's columns
 * @param key their values
 * @param kind in what it differs
 * @param values the columns that differ; empty where a side has no such row, or where the values
 *     are not known
 */
public record Difference(
    String table, List<String> columns, List<String> key, Kind kind, List<Value> values) {
  public Difference {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
    values = List.copyOf(values);
  }

  /**
   * A column that differs.
   *
   * @param source its value there, null for NULL
   * @param warehouse its value there, null for NULL
   */
  public record Value(String column, @Nullable String source, @Nullable String warehouse) {}

  /** The difference of two rows; a side that has none is null. */
  static Difference of(ComparedTable table, @Nullable Row source, @Nullable Row warehouse) {
    Row known = Objects.requireNonNull(source == null ? warehouse : source, "a row");
    Kind kind = kind(source != null, warehouse != null);
    List<Value> values = new ArrayList<>();
    if (source != null && warehouse != null) {
      List<@Nullable String> there = source.values();
      List<@Nullable String> here = warehouse.values();
      for (int i = 0; i < there.size(); i++) {
        if (!Objects.equals(there.get(i), here.get(i))) {
          values.add(new Value(table.columns().get(i), there.get(i), here.get(i)));
        }
      }
    }
    return new Difference(table.name(), table.key(), known.key().values(), kind, values);
  }

  static Kind kind(boolean inSource, boolean inWarehouse) {
    return !inWarehouse ? Kind.MISSING : inSource ? Kind.DIFFERENT : Kind.EXTRA;
  }
}
