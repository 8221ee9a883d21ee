package io.headrace.star;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A SELECT as it is written; nothing is looked up yet. Of one that has problems it is what can
 * still be looked up, so that all problems are told at once.
 *
 * @param file where it stands
 * @param tables the base table and the joined ones, in the text's order; none when one of them
 *     cannot be read
 * @param items the select list, or what can be read of it
 * @param whole whether that is all of it
 * @param selectList the select list's text
 * @param where the condition after WHERE
 */
record ParsedSelect(
    StarFile file,
    List<From> tables,
    List<Item> items,
    boolean whole,
    Span selectList,
    @Nullable Expression where) {

  /**
   * A table of the FROM clause.
   *
   * @param join how it is joined; null for the base table
   * @param schema the schema, if one is written
   * @param table the table's name
   * @param alias the alias, or the table's name
   * @param at where it stands
   * @param on the equalities after ON
   * @param using the columns after USING
   */
  record From(
      Join.@Nullable Kind join,
      @Nullable String schema,
      String table,
      String alias,
      Span at,
      List<Equality> on,
      List<Using> using) {}

  /** {@code left = right} in a join's condition. */
  record Equality(Reference left, Reference right, Span at) {}

  /** A column of USING. */
  record Using(String column, Span at) {}

  /**
   * An item of the select list.
   *
   * @param alias the name after AS, if one is written
   * @param expression its expression
   */
  record Item(@Nullable String alias, Expression expression) {}

  /**
   * A scalar expression.
   *
   * @param at where it stands
   * @param references the columns that it reads
   * @param calls the functions that it calls
   * @param plain the column that is the whole expression
   */
  record Expression(
      Span at, List<Reference> references, List<Call> calls, @Nullable Reference plain) {}

  /**
   * A column as it is written.
   *
   * @param parts column, or table and column, or schema, table and column
   * @param at where it stands
   * @param asText whether nothing is made of it but its text: it stands alone, or under a cast to
   *     text that does
   */
  record Reference(List<String> parts, Span at, boolean asText) {
    String column() {
      return parts.get(parts.size() - 1);
    }
  }

  /**
   * A call of a function.
   *
   * @param name its name without the schema
   * @param at where it stands
   * @param keyword whether it is a keyword such as CURRENT_DATE
   */
  record Call(String name, Span at, boolean keyword) {}
}
