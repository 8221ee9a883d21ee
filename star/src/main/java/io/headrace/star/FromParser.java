package io.headrace.star;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.operators.conditional.AndExpression;
import net.sf.jsqlparser.expression.operators.relational.EqualsTo;
import net.sf.jsqlparser.schema.Column;
import net.sf.jsqlparser.statement.select.Join;
import net.sf.jsqlparser.statement.select.PlainSelect;
import org.jspecify.annotations.Nullable;

/** Reads the FROM clause: a table and the joins that follow it. */
final class FromParser {

  private static final String JOINS =
      "allowed are JOIN, INNER JOIN, LEFT JOIN and LEFT OUTER JOIN of a table, each with ON or USING";
  private static final String CONDITION =
      "allowed is <foreign key> = <primary key>, for a key of several columns several of these with AND";
  private static final Set<String> JOIN_WORDS =
      Set.of("LEFT", "RIGHT", "FULL", "INNER", "OUTER", "CROSS", "NATURAL");

  private final StarFile file;
  private final SqlTokens tokens;
  private final Expressions expressions;
  private final Problems problems;

  FromParser(StarFile file, SqlTokens tokens, Expressions expressions, Problems problems) {
    this.file = file;
    this.tokens = tokens;
    this.expressions = expressions;
    this.problems = problems;
  }

  /**
   * Reads the tables.
   *
   * @param from index of the token FROM
   * @param end index of the token after the clause
   */
  List<ParsedSelect.From> parse(PlainSelect select, int from, int end) {
    List<Integer> outside = tokens.outside(from + 1, end);
    List<Integer> separators =
        outside.stream()
            .filter(i -> tokens.isKeyword(i, "JOIN") || tokens.get(i).image().equals(","))
            .toList();
    List<Join> joins = select.getJoins() == null ? List.of() : select.getJoins();
    List<ParsedSelect.From> tables = new ArrayList<>();
    if (separators.size() != joins.size()) {
      problems.add(file, tokens.get(from).span(), "FROM " + tokens.text(from + 1, end), JOINS);
      return tables;
    }
    for (int i = 0; i <= joins.size(); i++) {
      int begin = (i == 0 ? from : separators.get(i - 1)) + 1;
      int next = i == joins.size() ? end : beginOfJoin(separators.get(i), begin);
      io.headrace.star.Join.Kind kind = null;
      if (i > 0) {
        kind = kind(separators.get(i - 1), beginOfJoin(separators.get(i - 1), from + 1));
        if (kind == null) {
          continue;
        }
      }
      ParsedSelect.From table = table(kind, begin, next, i == 0 ? null : joins.get(i - 1));
      if (table != null) {
        tables.add(table);
      }
    }
    return tables;
  }

  private int beginOfJoin(int join, int atLeast) {
    int begin = join;
    while (begin > atLeast && isJoinWord(begin - 1)) {
      begin--;
    }
    return begin;
  }

  private boolean isJoinWord(int index) {
    return JOIN_WORDS.stream().anyMatch(word -> tokens.isKeyword(index, word));
  }

  private io.headrace.star.Join.@Nullable Kind kind(int join, int begin) {
    String words = tokens.text(begin, join + 1).replaceAll("\\s+", " ").toUpperCase(Locale.ROOT);
    return switch (words) {
      case "JOIN", "INNER JOIN" -> io.headrace.star.Join.Kind.INNER;
      case "LEFT JOIN", "LEFT OUTER JOIN" -> io.headrace.star.Join.Kind.LEFT;
      default -> {
        String found = words.equals(",") ? "a join by comma" : words;
        problems.add(file, tokens.get(begin).span(), found, JOINS);
        yield null;
      }
    };
  }

  private ParsedSelect.@Nullable From table(
      io.headrace.star.Join.@Nullable Kind kind, int begin, int end, @Nullable Join join) {
    int condition = end;
    for (int i : tokens.outside(begin, end)) {
      if (condition == end && (tokens.isKeyword(i, "ON") || tokens.isKeyword(i, "USING"))) {
        condition = i;
      }
    }
    List<SqlToken> name = new ArrayList<>();
    for (int i = begin; i < condition; i++) {
      name.add(tokens.get(i));
    }
    boolean inSchema = name.size() >= 3 && name.get(1).image().equals(".");
    int aliasAt = inSchema ? 3 : 1;
    if (name.size() > aliasAt && name.get(aliasAt).is("AS")) {
      aliasAt++;
    }
    boolean aliased = name.size() == aliasAt + 1;
    boolean sound = name.stream().noneMatch(token -> token.opens() || token.closes());
    if (!sound || !(aliased || name.size() == (inSchema ? 3 : 1))) {
      String found = condition > begin ? tokens.text(begin, condition) : "nothing";
      problems.add(
          file,
          tokens.get(Math.min(begin, tokens.size() - 1)).span(),
          found,
          "allowed is [<schema>.]<table> [[AS] <alias>]");
      return null;
    }
    String table = name.get(inSchema ? 2 : 0).identifier();
    Span at = tokens.span(begin, begin + (inSchema ? 3 : 1));
    List<ParsedSelect.Equality> on = new ArrayList<>();
    List<ParsedSelect.Using> using = new ArrayList<>();
    Span place = condition + 1 < end ? tokens.get(condition + 1).span() : at;
    if (join != null && !condition(join, place, on, using)) {
      return null;
    }
    return new ParsedSelect.From(
        kind,
        inSchema ? name.get(0).identifier() : null,
        table,
        aliased ? name.get(aliasAt).identifier() : table,
        at,
        on,
        using);
  }

  private boolean condition(
      Join join, Span place, List<ParsedSelect.Equality> on, List<ParsedSelect.Using> using) {
    if (join.getUsingColumns() != null) {
      for (Column column : join.getUsingColumns()) {
        ParsedSelect.Reference reference = expressions.reference(column);
        using.add(new ParsedSelect.Using(reference.column(), reference.at()));
      }
    }
    Collection<Expression> conditions = join.getOnExpressions();
    if (conditions == null || conditions.isEmpty()) {
      if (using.isEmpty()) {
        problems.add(file, place, "a join without ON", JOINS);
      }
      return !using.isEmpty();
    }
    if (conditions.size() > 1) {
      problems.add(file, place, "a join with " + conditions.size() + " conditions ON", JOINS);
      return false;
    }
    return equalities(conditions.iterator().next(), place, on);
  }

  private boolean equalities(
      @Nullable Expression condition, Span place, List<ParsedSelect.Equality> on) {
    Expression inner = Expressions.unwrap(condition);
    if (inner instanceof AndExpression and) {
      boolean left = equalities(and.getLeftExpression(), place, on);
      boolean right = equalities(and.getRightExpression(), place, on);
      return left && right;
    }
    if (inner instanceof EqualsTo equals
        && Expressions.unwrap(equals.getLeftExpression()) instanceof Column left
        && Expressions.unwrap(equals.getRightExpression()) instanceof Column right) {
      ParsedSelect.Reference first = expressions.reference(left);
      on.add(new ParsedSelect.Equality(first, expressions.reference(right), first.at()));
      return true;
    }
    problems.add(file, place, "the join condition " + inner, CONDITION);
    return false;
  }
}
