package io.headrace.verify;

import static java.util.stream.Collectors.joining;

import io.headrace.star.Identifiers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One side of a star table, as SQL whose rows come as COPY text: the key by which the side pages,
 * whether the filter takes the row, and the star table's columns as the warehouse's types write
 * them.
 *
 * @param from what can stand after FROM, with the alias {@code s}
 * @param place expressions over {@code s}: the key in the order of the index by which the side
 *     pages
 * @param columns the star table's columns
 * @param values expressions over {@code s} for them
 * @param key names of the key's columns among {@code columns}
 * @param match expressions over {@code s} by which a key is looked up, in the order of {@code key}
 * @param matchTypes the types of those
 */
record Relation(
    String from,
    List<String> place,
    List<String> columns,
    List<String> values,
    List<String> key,
    List<String> match,
    List<String> matchTypes) {

  /**
   * The next rows after a place.
   *
   * @param after the key's values at that place, or null to begin
   */
  String page(@Nullable List<String> after, Filter filter, int rows) {
    List<String> places = numbered("headrace_place", place.size());
    return "COPY (SELECT "
        + String.join(", ", places)
        + ", true, "
        + columnList()
        + "\nFROM ("
        + rows()
        + ") AS r\nWHERE "
        + filter.sql(key)
        + (after == null
            ? ""
            : " AND ("
                + String.join(", ", places)
                + ") > ("
                + after.stream().map(SqlText::literal).collect(joining(", "))
                + ")")
        + "\nORDER BY "
        + String.join(", ", places)
        + " LIMIT "
        + rows
        + ") TO STDOUT";
  }

  /** The rows of certain keys, in any order, whether the filter takes them or not. */
  String rowsOf(List<List<String>> keys, Filter filter) {
    List<String> arrays = new ArrayList<>();
    for (int i = 0; i < key.size(); i++) {
      int column = i;
      arrays.add(
          SqlText.array(keys.stream().map(k -> k.get(column)).toList(), matchTypes.get(column)));
    }
    return "COPY (SELECT "
        + String.join(", ", numbered("headrace_place", place.size()))
        + ", ("
        + filter.sql(key)
        + ") IS TRUE, "
        + columnList()
        + "\nFROM unnest("
        + String.join(", ", arrays)
        + ") AS wanted ("
        + String.join(", ", numbered("headrace_wanted", key.size()))
        + ")\nJOIN ("
        + rows()
        + ") AS r ON "
        + IntStream.rangeClosed(1, key.size())
            .mapToObj(i -> "r.headrace_match" + i + " = wanted.headrace_wanted" + i)
            .collect(joining(" AND "))
        + ") TO STDOUT";
  }

  /** How many rows the filter takes. */
  String count(Filter filter) {
    return "SELECT count(*) FROM (" + rows() + ") AS r WHERE " + filter.sql(key);
  }

  private String rows() {
    List<String> selected = new ArrayList<>();
    for (int i = 0; i < place.size(); i++) {
      selected.add(place.get(i) + " AS headrace_place" + (i + 1));
      selected.add(match.get(i) + " AS headrace_match" + (i + 1));
    }
    for (int i = 0; i < columns.size(); i++) {
      selected.add(values.get(i) + " AS " + Identifiers.quote(columns.get(i)));
    }
    return "SELECT " + String.join(", ", selected) + "\nFROM " + from;
  }

  private String columnList() {
    return columns.stream().map(Identifiers::quote).collect(joining(", "));
  }

  private static List<String> numbered(String name, int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> name + i).toList();
  }
}
