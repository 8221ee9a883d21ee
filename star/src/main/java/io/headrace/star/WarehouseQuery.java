package io.headrace.star;

import java.util.List;

/**
 * A star table's SELECT, taken apart so that the warehouse can run it over staged facts instead of
 * the source's tables: {@code SELECT <selectList> FROM <facts> AS fact <from> WHERE <where>}. The
 * select list and the WHERE are the author's text; only a column's name that would mean something
 * else there (a name of {@code fact}'s own columns, a common name of USING, one with a schema) is
 * written with its table's alias. {@code from} gives the staged columns back their aliases, names
 * and, for the source's own types, types, and computes the generated columns.
 *
 * @param columns the target's columns that the SELECT fills, in the order of the select list
 * @param key the target's primary key columns, in the order of the base table's primary key
 * @param selectList the text between SELECT and FROM
 * @param from a FROM clause's text over a relation with the alias {@code fact}, whose columns are
 *     {@code c1} … {@code cN} in the order of {@link StarTable#inputs}, and besides them none but
 *     {@code seq} and {@code gone}: {@code CROSS JOIN LATERAL (SELECT fact.c1 AS "id", …) AS "l" …}
 * @param where the text after WHERE, or {@code true}; may hold an OR at its top
 */
public record WarehouseQuery(
    List<String> columns, List<String> key, String selectList, String from, String where) {
  public WarehouseQuery {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
  }
}
