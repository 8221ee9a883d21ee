package io.headrace.transform;

import io.headrace.star.Column;
import io.headrace.star.DataType;
import io.headrace.star.Join;
import io.headrace.star.SourceTable;
import io.headrace.star.Star;
import io.headrace.star.StarTable;
import io.headrace.star.TableName;
import io.headrace.star.WarehouseQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Stars made by hand: the tests of the joins should not depend on the compiler. */
final class TestStars {

  private TestStars() {}

  /** A table whose first columns are its key; a name that ends in {@code #} is a number. */
  static SourceTable table(String name, int keyColumns, String... columns) {
    List<Column> all = new ArrayList<>();
    for (String column : columns) {
      boolean number = column.endsWith("#");
      all.add(
          new Column(
              number ? column.substring(0, column.length() - 1) : column,
              number
                  ? new DataType("integer", DataType.Family.NUMBER)
                  : new DataType("text", DataType.Family.TEXT),
              Column.Absent.NULL));
    }
    return new SourceTable(
        new TableName("public", name), all, IntStream.range(0, keyColumns).boxed().toList());
  }

  static Join inner(SourceTable parent, int from, Integer... foreignKey) {
    return new Join(Join.Kind.INNER, parent, from, List.of(foreignKey));
  }

  static Join left(SourceTable parent, int from, Integer... foreignKey) {
    return new Join(Join.Kind.LEFT, parent, from, List.of(foreignKey));
  }

  /** A star table that carries every column of everything it reads. */
  static StarTable starTable(String name, SourceTable base, Join... joins) {
    List<StarTable.Input> inputs = new ArrayList<>();
    for (int from = 0; from <= joins.length; from++) {
      SourceTable table = from == 0 ? base : joins[from - 1].parent();
      for (int i = 0; i < table.columns().size(); i++) {
        inputs.add(new StarTable.Input(from, i));
      }
    }
    return new StarTable(
        name,
        base,
        List.of(joins),
        inputs,
        base.key(),
        new WarehouseQuery(List.of(), List.of(), "", "", "true"));
  }

  /** The school: a chain of two inner joins, and dimensions that are themselves joined. */
  static Star school() {
    SourceTable course = table("course", 1, "id#", "title");
    SourceTable lesson = table("lesson", 1, "id#", "title", "module_id#");
    SourceTable module = table("module", 1, "id#", "title", "run_id#");
    SourceTable run = table("run", 1, "id#", "name", "course_id#");
    return new Star(
        List.of(
            starTable("d_course", course),
            starTable("d_module", module),
            starTable("d_run", run),
            starTable("f_lesson", lesson, inner(module, 0, 2), inner(run, 1, 2))),
        List.of(course, lesson, module, run),
        "5c000001");
  }

  /**
   * All that is odd: a table joined to itself, one joined twice, INNER after LEFT, composite and
   * text keys.
   */
  static Star odd() {
    SourceTable city = table("city", 1, "name", "country", "zone");
    SourceTable person = table("person", 1, "id#", "boss#", "home", "work", "note");
    SourceTable tariff = table("tariff", 2, "country", "zone", "price");
    return new Star(
        List.of(
            starTable("d_city", city, left(tariff, 0, 1, 2)),
            starTable(
                "f_person",
                person,
                left(person, 0, 1),
                left(person, 1, 1),
                left(city, 0, 2),
                left(city, 1, 3),
                inner(tariff, 3, 1, 2)),
            starTable("f_person_short", person, inner(city, 0, 2), left(city, 0, 3)),
            starTable("f_tariff", tariff)),
        List.of(city, person, tariff),
        "0dd00001");
  }

  /** No joins at all. */
  static Star flat() {
    SourceTable course = table("course", 1, "id#", "title");
    return new Star(List.of(starTable("d_course", course)), List.of(course), "f1a70001");
  }
}
