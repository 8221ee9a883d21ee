package io.headrace.star;

import io.headrace.star.BoundSelect.Item;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Sees that a target table takes what its SELECT gives. */
final class TargetCheck {

  private final BoundSelect select;
  private final Problems problems;
  private final UnaryOperator<String> names;

  /**
   * A check.
   *
   * @param names writes an identifier as SQL text, with quotes where it needs some
   */
  TargetCheck(BoundSelect select, Problems problems, UnaryOperator<String> names) {
    this.select = select;
    this.problems = problems;
    this.names = names;
  }

  /**
   * Checks a target.
   *
   * @param target the table, if there is one
   * @param results the SELECT's result columns in the warehouse
   */
  void check(@Nullable Target target, List<ResultColumn> results) {
    if (target == null) {
      problems.add(
          select.file(),
          "a SELECT for the table " + select.file().name() + ", which the warehouse does not have",
          "this would make it:\n" + createTable(results));
      return;
    }
    Map<String, ResultColumn> columns =
        target.columns().stream()
            .collect(Collectors.toMap(ResultColumn::name, Function.identity()));
    for (int i = 0; i < results.size(); i++) {
      column(target, columns, results.get(i), select.items().get(i));
    }
    Set<String> filled = select.items().stream().map(Item::name).collect(Collectors.toSet());
    for (ResultColumn column : target.columns()) {
      if (column.required() && !filled.contains(column.name())) {
        problems.add(
            select.file(),
            select.parsed().selectList(),
            "a select list without " + column.name() + ", which " + target.name() + " requires",
            "select it, or give it a default, or allow NULL: ALTER TABLE "
                + target.name()
                + " ALTER COLUMN "
                + name(column.name())
                + " DROP NOT NULL");
      }
    }
    key(target);
  }

  private void column(
      Target target, Map<String, ResultColumn> columns, ResultColumn result, Item item) {
    ResultColumn column = columns.get(item.name());
    if (column == null) {
      problems.add(
          select.file(),
          item.expression().at(),
          "the column "
              + item.name()
              + ", which "
              + target.name()
              + " in the warehouse does not have",
          "ALTER TABLE "
              + target.name()
              + " ADD COLUMN "
              + name(item.name())
              + " "
              + result.sql()
              + " would add it"
              + Suggestion.of(item.name(), columns.keySet()));
    } else if (column.computed()) {
      problems.add(
          select.file(),
          item.expression().at(),
          "the column " + item.name() + ", which " + target.name() + " computes itself",
          "leave it out of the SELECT");
    } else if (!Assignment.fits(result, column)) {
      String text = item.expression().at().of(select.file().text());
      problems.add(
          select.file(),
          item.expression().at(),
          "the column "
              + item.name()
              + " of type "
              + result.sql()
              + ", which does not fit "
              + column.sql()
              + " in "
              + target.name(),
          "cast it in the SELECT, such as CAST("
              + text
              + " AS "
              + column.sql()
              + ") AS "
              + name(item.name())
              + ", or ALTER TABLE "
              + target.name()
              + " ALTER COLUMN "
              + name(item.name())
              + " TYPE "
              + result.sql());
    }
  }

  private void key(Target target) {
    List<String> key = select.targetKey(target.primaryKey());
    if (new HashSet<>(key).equals(new HashSet<>(target.primaryKey()))) {
      return;
    }
    String wanted = key.stream().map(this::name).collect(Collectors.joining(", "));
    String base = select.tables().get(0).table().name().toString();
    if (target.primaryKey().isEmpty()) {
      problems.add(
          select.file(),
          "a SELECT for " + target.name() + ", which has no primary key in the warehouse",
          "ALTER TABLE " + target.name() + " ADD PRIMARY KEY (" + wanted + ") would add it");
    } else {
      problems.add(
          select.file(),
          "a SELECT for "
              + target.name()
              + ", whose primary key is ("
              + String.join(", ", target.primaryKey())
              + ")",
          "it must be (" + wanted + "), the primary key of " + base);
    }
  }

  private String createTable(List<ResultColumn> results) {
    String columns =
        results.stream()
            .map(c -> "  " + name(c.name()) + " " + c.sql() + ",\n")
            .collect(Collectors.joining());
    String key =
        select.targetKey(List.of()).stream().map(this::name).collect(Collectors.joining(", "));
    return "CREATE TABLE "
        + name(select.file().name())
        + " (\n"
        + columns
        + "  PRIMARY KEY ("
        + key
        + ")\n);";
  }

  private String name(String identifier) {
    return names.apply(identifier);
  }
}
