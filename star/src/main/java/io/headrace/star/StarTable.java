package io.headrace.star;

import java.util.List;

/**
 * One table of the warehouse, as its SELECT says. Its fact topic carries, for each row of the base
 * table that the joins let through, the columns that the SELECT reads ({@link #inputs}); the
 * expressions and the WHERE are left to the warehouse ({@link #query}).
 *
 * @param name the target's name, as the file is called
 * @param base the table after FROM
 * @param joins the joins in the text's order
 * @param inputs what a fact carries, in this order; the base's primary key is always among them
 * @param key positions in {@code inputs} of the base's primary key, in the key's order
 * @param query the SELECT as the warehouse runs it over staged facts
 */
public record StarTable(
    String name,
    SourceTable base,
    List<Join> joins,
    List<Input> inputs,
    List<Integer> key,
    WarehouseQuery query) {
  public StarTable {
    joins = List.copyOf(joins);
    inputs = List.copyOf(inputs);
    key = List.copyOf(key);
  }

  /**
   * A source column that a fact carries.
   *
   * @param from whose column: 0 is the base table, i is the table of {@code joins.get(i - 1)}
   * @param column its position in that table's columns
   */
  public record Input(int from, int column) {}

  /** The table that an {@link Input} or a {@link Join} means by {@code from}. */
  public SourceTable source(int from) {
    return from == 0 ? base : joins.get(from - 1).parent();
  }

  /** The column that an input names. */
  public Column column(Input input) {
    return source(input.from()).columns().get(input.column());
  }
}
