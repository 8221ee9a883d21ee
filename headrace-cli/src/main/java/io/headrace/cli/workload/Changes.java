package io.headrace.cli.workload;

import io.headrace.star.TableName;
import io.headrace.wire.CopyText;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * One method per kind of change. Each returns how many rows it changed; 0 when there was nothing to
 * change.
 */
final class Changes {

  /** A row with more rows below it is left alone. */
  private static final int MOST_CHILDREN = 500;

  private final Connection connection;
  private final Rows rows;
  private final RandomGenerator random;
  private final RandomValues values;
  private final Map<TableName, TableShape> tables;
  private final Map<TableName, KnownKeys> keys = new LinkedHashMap<>();
  private final RowMaker maker;

  Changes(
      Connection connection,
      Map<TableName, TableShape> tables,
      RandomGenerator random,
      boolean nasty)
      throws SQLException {
    this.connection = connection;
    this.tables = tables;
    this.random = random;
    rows = new Rows(connection);
    values = new RandomValues(random, nasty);
    tables.forEach((name, table) -> keys.put(name, new KnownKeys(table)));
    maker = new RowMaker(keys, values, random);
    readKeys();
  }

  /** Looks again which rows there are. */
  void readKeys() throws SQLException {
    for (KnownKeys known : keys.values()) {
      known.read(connection);
    }
  }

  int size(TableShape table) {
    return keys(table.name()).size();
  }

  int insert(TableShape table) throws SQLException {
    return insert(table, 1);
  }

  int insert(TableShape table, int count) throws SQLException {
    List<List<@Nullable String>> made = make(table, count);
    if (made.isEmpty()) {
      return 0;
    }
    int inserted = rows.insertAll(table, made);
    made.forEach(row -> keys(table.name()).add(RowMaker.key(table, row)));
    return inserted;
  }

  int copy(TableShape table, int count) throws SQLException {
    String sql =
        "COPY " + table.name().quoted() + " (" + Rows.names(table.columns()) + ") FROM STDIN";
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    Map<List<String>, List<@Nullable String>> byKey = new LinkedHashMap<>();
    for (List<@Nullable String> row : make(table, count)) {
      byKey.put(RowMaker.key(table, row), row);
    }
    for (List<@Nullable String> row : byKey.values()) {
      text.writeBytes(CopyText.row(row));
      text.write('\n');
    }
    try {
      long copied =
          connection
              .unwrap(PGConnection.class)
              .getCopyAPI()
              .copyIn(sql, new ByteArrayInputStream(text.toByteArray()));
      byKey.keySet().forEach(keys(table.name())::add);
      return Math.toIntExact(copied);
    } catch (IOException e) {
      throw new UncheckedIOException("could not send rows to " + table.name(), e);
    }
  }

  int update(TableShape table) throws SQLException {
    return set(table, false);
  }

  int largeValue(TableShape table) throws SQLException {
    return set(table, true);
  }

  private int set(TableShape table, boolean large) throws SQLException {
    List<String> key = keys(table.name()).any(random);
    List<ColumnShape> columns =
        table.plain().stream()
            .filter(column -> !large || RandomValues.isLong(column.type()))
            .toList();
    if (key == null || columns.isEmpty()) {
      return 0;
    }
    int width = large ? 1 : random.nextInt(1, Math.min(columns.size(), 3) + 1);
    int first = random.nextInt(columns.size() - width + 1);
    List<ColumnShape> chosen = columns.subList(first, first + width);
    List<@Nullable String> next = new ArrayList<>();
    for (ColumnShape column : chosen) {
      next.add(large ? values.largeValue(column) : values.value(column));
    }
    return known(
        table, key, rows.update(table, key, chosen.stream().map(ColumnShape::name).toList(), next));
  }

  int touch(TableShape table) throws SQLException {
    List<String> key = keys(table.name()).any(random);
    List<ColumnShape> columns = table.plain();
    if (key == null || columns.isEmpty()) {
      return 0;
    }
    return known(table, key, rows.touch(table, key, columns.get(0).name()));
  }

  int move(TableShape table) throws SQLException {
    List<Relation> movable =
        table.parents().stream().filter(relation -> !table.isIdentifying(relation)).toList();
    List<String> key = keys(table.name()).any(random);
    if (movable.isEmpty() || key == null) {
      return 0;
    }
    Relation relation = movable.get(random.nextInt(movable.size()));
    List<String> parent = maker.parent(table, relation);
    if (parent == null && !table.isNullable(relation)) {
      return 0;
    }
    return known(
        table, key, rows.update(table, key, relation.columns(), orNulls(parent, relation)));
  }

  private static List<@Nullable String> orNulls(@Nullable List<String> parent, Relation relation) {
    List<@Nullable String> columns = new ArrayList<>();
    for (int i = 0; i < relation.columns().size(); i++) {
      columns.add(parent == null ? null : parent.get(i));
    }
    return columns;
  }

  /**
   * Gives a row another primary key; its children go with it, or stay behind where no constraint
   * holds them.
   */
  int rekey(TableShape table) throws SQLException {
    List<String> key = keys(table.name()).any(random);
    if (key == null) {
      return 0;
    }
    List<String> other = maker.otherKey(table, key);
    List<String> columns = table.key().stream().map(ColumnShape::name).toList();
    if (canChangeKey(table)) {
      int changed = known(table, key, rows.update(table, key, columns, List.copyOf(other)));
      keys(table.name()).forget(key);
      keys(table.name()).add(other);
      return changed;
    }
    if (hasManyChildren(table, key) || rows.copy(table, key, other) == 0) {
      return 0;
    }
    int changed = 2;
    for (Relation relation : table.children()) {
      TableShape child = table(relation.child());
      if (child.isIdentifying(relation)) {
        changed += deleteChildren(relation, key);
        continue;
      }
      for (List<String> childKey : rows.referring(child, relation, key, MOST_CHILDREN)) {
        changed += rows.update(child, childKey, relation.columns(), List.copyOf(other));
      }
    }
    rows.delete(table, key);
    keys(table.name()).forget(key);
    keys(table.name()).add(other);
    return changed;
  }

  private static boolean canChangeKey(TableShape table) {
    return table.key().stream().noneMatch(ColumnShape::fixed)
        && table.children().stream().noneMatch(Relation::enforced);
  }

  int delete(TableShape table) throws SQLException {
    List<String> key = keys(table.name()).any(random);
    return key == null || hasManyChildren(table, key) ? 0 : delete(table, key);
  }

  private int delete(TableShape table, List<String> key) throws SQLException {
    int changed = 0;
    for (Relation relation : table.children()) {
      boolean leave = !relation.enforced() && random.nextBoolean();
      changed += leave ? 0 : release(relation, key);
    }
    changed += rows.delete(table, key);
    keys(table.name()).forget(key);
    return changed;
  }

  private int release(Relation relation, List<String> parent) throws SQLException {
    TableShape child = table(relation.child());
    if (child.isIdentifying(relation) || !child.isNullable(relation) || random.nextBoolean()) {
      return deleteChildren(relation, parent);
    }
    int changed = 0;
    for (List<String> key : rows.referring(child, relation, parent, MOST_CHILDREN)) {
      changed += rows.update(child, key, relation.columns(), orNulls(null, relation));
    }
    return changed;
  }

  private int deleteChildren(Relation relation, List<String> parent) throws SQLException {
    TableShape child = table(relation.child());
    int changed = 0;
    for (List<String> key : rows.referring(child, relation, parent, MOST_CHILDREN)) {
      changed += delete(child, key);
    }
    return changed;
  }

  private boolean hasManyChildren(TableShape table, List<String> key) throws SQLException {
    for (Relation relation : table.children()) {
      TableShape child = table(relation.child());
      List<List<String>> referring = rows.referring(child, relation, key, MOST_CHILDREN);
      if (referring.size() == MOST_CHILDREN) {
        return true;
      }
      for (List<String> childKey :
          child.children().isEmpty() ? List.<List<String>>of() : referring) {
        if (hasManyChildren(child, childKey)) {
          return true;
        }
      }
    }
    return false;
  }

  int truncate(TableShape table) throws SQLException {
    int size = size(table);
    rows.truncate(table.name());
    readKeys();
    return size;
  }

  private List<List<@Nullable String>> make(TableShape table, int count) {
    List<List<@Nullable String>> made = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<@Nullable String> row = maker.row(table);
      if (row == null) {
        return List.of();
      }
      made.add(row);
    }
    return made;
  }

  private int known(TableShape table, List<String> key, int changed) {
    if (changed == 0) {
      keys(table.name()).forget(key);
    }
    return changed;
  }

  private KnownKeys keys(TableName table) {
    return require(keys.get(table), table);
  }

  private TableShape table(TableName table) {
    return require(tables.get(table), table);
  }

  private static <T> T require(@Nullable T value, TableName table) {
    if (value == null) {
      throw new IllegalArgumentException("the workload does not know the table " + table);
    }
    return value;
  }
}
