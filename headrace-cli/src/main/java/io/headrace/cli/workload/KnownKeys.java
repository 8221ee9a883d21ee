package io.headrace.cli.workload;

import io.headrace.star.Identifiers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keys of a table's rows, as far as they are known: a hint, not the truth, because transactions
 * roll back and others write too. A key whose row turns out to be gone is forgotten.
 */
final class KnownKeys {

  private static final int LIMIT = 5_000;

  private final TableShape table;
  private final List<List<String>> keys = new ArrayList<>();
  private final Map<List<String>, Integer> positions = new HashMap<>();
  private final List<List<String>> gone = new ArrayList<>();

  KnownKeys(TableShape table) {
    this.table = table;
  }

  /** Reads them anew, at most {@value #LIMIT}, from all over the table. */
  void read(Connection connection) throws SQLException {
    keys.clear();
    positions.clear();
    String columns =
        table.key().stream()
            .map(column -> Identifiers.quote(column.name()) + "::text")
            .collect(Collectors.joining(", "));
    try (Statement select = connection.createStatement()) {
      ResultSet size =
          select.executeQuery(
              "SELECT reltuples FROM pg_class WHERE oid = to_regclass('"
                  + table.name().quoted().replace("'", "''")
                  + "')");
      double rows = size.next() ? size.getDouble(1) : 0;
      String sample = rows > 4 * LIMIT ? " TABLESAMPLE SYSTEM (" + 100.0 * LIMIT / rows + ")" : "";
      ResultSet row =
          select.executeQuery(
              "SELECT " + columns + " FROM " + table.name().quoted() + sample + " LIMIT " + LIMIT);
      while (row.next()) {
        List<String> key = new ArrayList<>();
        for (int i = 1; i <= table.key().size(); i++) {
          key.add(row.getString(i));
        }
        add(key);
      }
    }
  }

  int size() {
    return keys.size();
  }

  void add(List<String> key) {
    if (keys.size() < LIMIT && positions.putIfAbsent(key, keys.size()) == null) {
      keys.add(key);
    }
  }

  void forget(List<String> key) {
    Integer position = positions.remove(key);
    if (position == null) {
      return;
    }
    List<String> last = keys.remove(keys.size() - 1);
    if (position < keys.size()) {
      keys.set(position, last);
      positions.put(last, position);
    }
    if (gone.size() < 100) {
      gone.add(key);
    }
  }

  @Nullable List<String> any(RandomGenerator random) {
    return keys.isEmpty() ? null : keys.get(random.nextInt(keys.size()));
  }

  /** The key of a row that was deleted, to come back under the same name. */
  @Nullable List<String> anyGone(RandomGenerator random) {
    gone.removeIf(positions::containsKey);
    return gone.isEmpty() ? null : gone.remove(random.nextInt(gone.size()));
  }
}
