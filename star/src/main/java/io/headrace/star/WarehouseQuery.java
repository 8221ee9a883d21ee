package io.headrace.star;

import java.util.List;

/**
 * A star table's SELECT, taken apart so that the warehouse can run it over staged facts instead of
 * the source's tables. The select list and the WHERE are the author's text, letter by letter;
 * {@code from} gives the staged columns back their aliases and names.
 *
 * @param columns the target's columns that the SELECT fills, in the order of the select list
 * @param key the target's primary key columns, in the order of the base table's primary key
 * @param selectList the text between SELECT and FROM
 * @param from a FROM clause's text over a relation with the alias {@code fact}, whose columns are
 *     {@code c1} … {@code cN} in the order of {@link StarTable#inputs}: {@code CROSS JOIN LATERAL
 *     (SELECT fact.c1 AS "id", …) AS "l" …}
 * @param where the text after WHERE, or {@code true}
 */
public record WarehouseQuery(
    List<String> columns, List<String> key, String selectList, String from, String where) {
  public WarehouseQuery {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
  }
}
