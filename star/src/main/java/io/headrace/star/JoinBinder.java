package io.headrace.star;

import io.headrace.star.BoundSelect.BoundTable;
import io.headrace.star.BoundSelect.Reference;
import io.headrace.star.CatalogTable.CatalogColumn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Sees that a join goes from a foreign key to the joined table's primary key. */
final class JoinBinder {

  private static final String KEY_TYPES =
      "allowed in join keys are smallint, integer and bigint on both sides, text and varchar on both sides, or uuid";
  private static final Set<String> INTEGERS = Set.of("smallint", "integer", "bigint");

  private final StarFile file;
  private final Scope scope;
  private final Problems problems;

  JoinBinder(StarFile file, Scope scope, Problems problems) {
    this.file = file;
    this.scope = scope;
    this.problems = problems;
  }

  /**
   * A side of an equality that belongs together: the joined table's column and the one that refers
   * to it.
   */
  private record Pair(CatalogColumn parent, int from, CatalogColumn child, Span at) {}

  /** Binds the next table and adds it to the scope; null when that is a problem. */
  @Nullable BoundTable bind(ParsedSelect.From from, CatalogTable table) {
    boolean aliased = !from.alias().equals(from.table());
    if (from.join() == null) {
      BoundTable base = new BoundTable(from.alias(), table, null, 0, List.of());
      scope.add(base, aliased);
      return base;
    }
    List<Pair> pairs = from.using().isEmpty() ? on(from, table, aliased) : using(from, table);
    if (pairs == null) {
      return null;
    }
    BoundTable joined = joined(from, table, pairs);
    if (joined == null) {
      return null;
    }
    if (!from.using().isEmpty()) {
      scope.add(joined, aliased);
      pairs.forEach(pair -> scope.merge(pair.parent().name(), pair.from()));
    } else {
      scope.tables().set(scope.tables().size() - 1, joined);
    }
    return joined;
  }

  private @Nullable List<Pair> on(ParsedSelect.From from, CatalogTable table, boolean aliased) {
    int self = scope.tables().size();
    scope.add(new BoundTable(from.alias(), table, from.join(), 0, List.of()), aliased);
    List<Pair> pairs = new ArrayList<>();
    for (ParsedSelect.Equality equality : from.on()) {
      Reference left = scope.resolve(equality.left());
      Reference right = scope.resolve(equality.right());
      if (left == null || right == null) {
        return null;
      }
      if ((left.from() == self) == (right.from() == self)) {
        problems.add(
            file,
            equality.at(),
            "a join condition that does not compare a column of "
                + from.alias()
                + " with one of an earlier table",
            "allowed is <foreign key> = <primary key of " + table.name() + ">");
        return null;
      }
      boolean parentFirst = left.from() == self;
      Reference parent = parentFirst ? left : right;
      Reference child = parentFirst ? right : left;
      pairs.add(new Pair(parent.column(), child.from(), child.column(), equality.at()));
    }
    return pairs;
  }

  private @Nullable List<Pair> using(ParsedSelect.From from, CatalogTable table) {
    List<Pair> pairs = new ArrayList<>();
    for (ParsedSelect.Using using : from.using()) {
      Reference child =
          scope.resolve(new ParsedSelect.Reference(List.of(using.column()), using.at(), false));
      CatalogColumn parent = table.column(using.column());
      if (parent == null) {
        problems.add(
            file,
            using.at(),
            "the column " + using.column() + ", which " + table.name() + " does not have",
            "allowed in USING are columns of both tables");
      }
      if (child == null || parent == null) {
        return null;
      }
      pairs.add(new Pair(parent, child.from(), child.column(), using.at()));
    }
    return pairs;
  }

  private @Nullable BoundTable joined(
      ParsedSelect.From from, CatalogTable table, List<Pair> pairs) {
    Map<String, CatalogColumn> foreignKey = new HashMap<>();
    int child = pairs.get(0).from();
    for (Pair pair : pairs) {
      if (pair.from() != child) {
        problems.add(
            file,
            pair.at(),
            "a join from columns of " + alias(child) + " and of " + alias(pair.from()),
            "allowed is a foreign key of one table");
        return null;
      }
      if (foreignKey.put(pair.parent().name(), pair.child()) != null) {
        problems.add(
            file,
            pair.at(),
            "a second condition on " + pair.parent().name(),
            "allowed is one per column of the key");
        return null;
      }
      if (!sameKeyType(pair)) {
        return null;
      }
    }
    String key = String.join(", ", table.primaryKey());
    if (!foreignKey.keySet().equals(Set.copyOf(table.primaryKey()))) {
      List<String> joined = pairs.stream().map(pair -> pair.parent().name()).toList();
      problems.add(
          file,
          pairs.get(0).at(),
          "a join on " + table.name() + " (" + String.join(", ", joined) + ")",
          "allowed is a join on its whole primary key, which is (" + key + ")");
      return null;
    }
    List<String> columns =
        table.primaryKey().stream()
            .map(foreignKey::get)
            .map(Objects::requireNonNull)
            .map(CatalogColumn::name)
            .toList();
    return new BoundTable(from.alias(), table, from.join(), child, columns);
  }

  private String alias(int from) {
    return scope.tables().get(from).alias();
  }

  private boolean sameKeyType(Pair pair) {
    if (pair.child().generated() != null) {
      problems.add(
          file,
          pair.at(),
          "a join from " + pair.child().name() + ", which is generated",
          "allowed are foreign keys that the table holds itself");
      return false;
    }
    String parent = family(pair.parent());
    String child = family(pair.child());
    if (parent == null || !parent.equals(child)) {
      problems.add(
          file,
          pair.at(),
          "a join from " + typed(pair.child()) + " to " + typed(pair.parent()),
          KEY_TYPES);
      return false;
    }
    return true;
  }

  private static String typed(CatalogColumn column) {
    return column.name() + " (" + column.type().name() + ")";
  }

  /** Types whose equal values have the same text in common; null for a type that is no join key. */
  private static @Nullable String family(CatalogColumn column) {
    String type = column.type().carried().sql();
    if (!column.uniqueText() || column.type().user() != null) {
      return null;
    }
    if (INTEGERS.contains(type)) {
      return "integer";
    }
    if (type.equals("text") || (type.startsWith("character varying") && !type.endsWith("]"))) {
      return "text";
    }
    return type.equals("uuid") ? "uuid" : null;
  }
}
