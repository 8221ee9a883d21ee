package io.headrace.star;

import io.headrace.star.BoundSelect.Expression;
import io.headrace.star.BoundSelect.Item;
import io.headrace.star.Reads.Read;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets PostgreSQL itself say whether an expression is immutable: it indexes a table without rows by
 * it, for which the same rule holds.
 */
final class ExpressionCheck {

  private static final String TABLE = "pg_temp.headrace_expressions";

  /** SQLSTATE of "functions in index expression must be marked IMMUTABLE". */
  private static final String NOT_IMMUTABLE = "42P17";

  private static final String IMMUTABLE =
      "allowed are expressions that depend on the row and nothing else, neither on the time nor on settings such as"
          + " TimeZone or lc_time";

  /** Literals that a date's or a timestamp's input function takes for a moment. */
  private static final Set<String> MOMENTS = Set.of("now", "today", "tomorrow", "yesterday");

  private final BoundSelect select;
  private final StagedText text;
  private final Problems problems;
  private final Probe probe;

  ExpressionCheck(BoundSelect select, StagedText text, Problems problems, Probe probe) {
    this.select = select;
    this.text = text;
    this.problems = problems;
    this.probe = probe;
  }

  /**
   * Checks all expressions of the SELECT.
   *
   * @return PostgreSQL's refusal of the table itself; null when the expressions were checked
   */
  @Nullable SQLException check() throws SQLException {
    List<Expression> expressions = new ArrayList<>();
    for (Item item : select.items()) {
      if (item.plain() == null) {
        expressions.add(item.expression());
      }
    }
    if (select.where() != null) {
      expressions.add(select.where());
    }
    List<Read> columns = new ArrayList<>();
    expressions.forEach(
        e ->
            e.references().stream()
                .map(r -> new Read(r.from(), r.column()))
                .filter(r -> !columns.contains(r))
                .forEach(columns::add));
    List<String> definitions = new ArrayList<>();
    for (Read column : columns) {
      definitions.add("r" + definitions.size() + " " + text.restoredType(column));
    }
    SQLException refusal =
        probe.refusal(
            "CREATE TEMP TABLE headrace_expressions (" + String.join(", ", definitions) + ")");
    if (refusal == null) {
      for (Expression expression : expressions) {
        check(expression, columns);
      }
      probe.run("DROP TABLE " + TABLE);
    }
    return refusal;
  }

  private void check(Expression expression, List<Read> columns) throws SQLException {
    String overRow =
        text.rewritten(expression.at(), r -> "r" + columns.indexOf(new Read(r.from(), r.column())));
    SQLException refusal =
        probe.refusal(
            "CREATE INDEX headrace_expression ON " + TABLE + " (((" + overRow + "\n) IS NULL))");
    String written = "the expression " + expression.at().of(select.file().text());
    if (refusal == null) {
      moments(expression, written);
      probe.run("DROP INDEX pg_temp.headrace_expression");
    } else if (NOT_IMMUTABLE.equals(refusal.getSQLState())) {
      problems.add(select.file(), expression.at(), written + ", which is not immutable", IMMUTABLE);
    } else {
      problems.add(
          select.file(),
          expression.at(),
          written,
          "PostgreSQL refuses it: " + PostgresMessage.of(refusal));
    }
  }

  /**
   * 'now' as a timestamp is immutable to PostgreSQL: it becomes the moment in which the expression
   * is read.
   */
  private void moments(Expression expression, String written) throws SQLException {
    for (String literal : SqlLiterals.in(expression.at().of(select.file().text()))) {
      if (!MOMENTS.contains(literal.strip().toLowerCase(Locale.ROOT))) {
        continue;
      }
      String understood =
          probe.value(
              "SELECT pg_get_expr(indexprs, indrelid) FROM pg_index"
                  + " WHERE indexrelid = 'pg_temp.headrace_expression'::regclass");
      if (understood != null && !understood.contains("'" + literal + "'")) {
        problems.add(
            select.file(),
            expression.at(),
            written + ", in which '" + literal + "' is the time of its reading",
            IMMUTABLE);
      }
    }
  }
}
