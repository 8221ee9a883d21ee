package io.headrace.star;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import net.sf.jsqlparser.expression.CastExpression;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.ExpressionVisitorAdapter;
import net.sf.jsqlparser.expression.JdbcNamedParameter;
import net.sf.jsqlparser.expression.JdbcParameter;
import net.sf.jsqlparser.expression.operators.relational.ParenthesedExpressionList;
import net.sf.jsqlparser.parser.CCJSqlParserTreeConstants;
import net.sf.jsqlparser.parser.SimpleNode;
import net.sf.jsqlparser.schema.Column;
import org.jspecify.annotations.Nullable;

/**
 * Finds in an expression what it reads and calls, and refuses what is no scalar expression over
 * columns.
 */
final class Expressions {

  private static final String ALLOWED =
      "allowed are scalar expressions over the columns of the tables in FROM";

  /** Keywords of PostgreSQL that call a function without brackets. */
  private static final Set<String> KEYWORD_CALLS =
      Set.of(
          "CURRENT_CATALOG",
          "CURRENT_DATE",
          "CURRENT_ROLE",
          "CURRENT_SCHEMA",
          "CURRENT_TIME",
          "CURRENT_TIMESTAMP",
          "CURRENT_USER",
          "LOCALTIME",
          "LOCALTIMESTAMP",
          "SESSION_USER",
          "SYSTEM_USER",
          "USER");

  private final StarFile file;
  private final SimpleNode root;
  private final SqlTokens tokens;
  private final Problems problems;

  Expressions(StarFile file, SimpleNode root, SqlTokens tokens, Problems problems) {
    this.file = file;
    this.root = root;
    this.tokens = tokens;
    this.problems = problems;
  }

  ParsedSelect.Expression read(Expression expression, Span at) {
    Set<Column> asText = castToText(expression, at);
    Column plain = unwrap(expression) instanceof Column column ? column : null;
    if (plain != null) {
      asText.add(plain);
    }
    List<ParsedSelect.Reference> references = new ArrayList<>();
    List<ParsedSelect.Call> calls = new ArrayList<>();
    keywordCalls(at, calls);
    walk(root, at, asText, references, calls);
    ParsedSelect.Reference only =
        plain != null && references.size() == 1 ? references.get(0) : null;
    return new ParsedSelect.Expression(at, references, calls, only);
  }

  /** A column's name as the catalog spells it. */
  ParsedSelect.Reference reference(Column column) {
    return reference(SqlTokens.span(column.getASTNode(), file.text()), false);
  }

  /** The expression without the brackets around it. */
  static @Nullable Expression unwrap(@Nullable Expression expression) {
    Expression inner = expression;
    while (inner instanceof ParenthesedExpressionList<?> list && list.size() == 1) {
      inner = list.get(0);
    }
    return inner;
  }

  private void walk(
      SimpleNode node,
      Span at,
      Set<Column> asText,
      List<ParsedSelect.Reference> references,
      List<ParsedSelect.Call> calls) {
    Span span = node == root ? at : SqlTokens.span(node, file.text());
    if (span.end() <= at.begin() || span.begin() >= at.end()) {
      return;
    }
    if (at.contains(span)) {
      switch (node.getId()) {
        case CCJSqlParserTreeConstants.JJTCOLUMN -> {
          if (!isKeywordCall(span)) {
            references.add(
                reference(span, node.jjtGetValue() instanceof Column c && asText.contains(c)));
          }
        }
        case CCJSqlParserTreeConstants.JJTFUNCTION -> calls.add(call(span));
        case CCJSqlParserTreeConstants.JJTSELECT,
            CCJSqlParserTreeConstants.JJTPARENTHESEDSELECT -> {
          problems.add(file, span, "a subquery", ALLOWED);
          return;
        }
        default -> {}
      }
    }
    for (int i = 0; i < node.jjtGetNumChildren(); i++) {
      walk((SimpleNode) node.jjtGetChild(i), at, asText, references, calls);
    }
  }

  private ParsedSelect.Reference reference(Span span, boolean asText) {
    int[] within = tokens.within(span);
    List<String> parts = new ArrayList<>();
    int end = within[0];
    for (int i = within[0]; i < within[1]; i += 2) {
      parts.add(tokens.get(i).identifier());
      end = i + 1;
      if (i + 1 >= within[1] || !tokens.get(i + 1).image().equals(".")) {
        break;
      }
    }
    return new ParsedSelect.Reference(parts, tokens.span(within[0], end), asText);
  }

  private ParsedSelect.Call call(Span span) {
    int[] within = tokens.within(span);
    String name = tokens.get(within[0]).identifier();
    for (int i = within[0] + 1; i + 1 < within[1] && tokens.get(i).image().equals("."); i += 2) {
      name = tokens.get(i + 1).identifier();
    }
    return new ParsedSelect.Call(name, span, false);
  }

  private void keywordCalls(Span at, List<ParsedSelect.Call> calls) {
    int[] within = tokens.within(at);
    for (int i = within[0]; i < within[1]; i++) {
      SqlToken token = tokens.get(i);
      if (isKeywordCall(token.span())) {
        calls.add(new ParsedSelect.Call(token.identifier(), token.span(), true));
      }
      if (tokens.isKeyword(i, "OVER") && i > 0 && tokens.get(i - 1).image().equals(")")) {
        problems.add(file, token.span(), "a window function", ALLOWED);
      }
    }
  }

  private boolean isKeywordCall(Span span) {
    int[] within = tokens.within(span);
    return within[1] == within[0] + 1
        && KEYWORD_CALLS.stream().anyMatch(keyword -> tokens.isKeyword(within[0], keyword));
  }

  private Set<Column> castToText(Expression expression, Span at) {
    Set<Column> columns = Collections.newSetFromMap(new IdentityHashMap<>());
    expression.accept(
        new ExpressionVisitorAdapter<Void>() {
          @Override
          public <S> Void visit(CastExpression cast, S context) {
            if (unwrap(cast.getLeftExpression()) instanceof Column column
                && cast.getColDataType() != null
                && cast.getColDataType().toString().equalsIgnoreCase("text")) {
              columns.add(column);
            }
            return super.visit(cast, context);
          }

          @Override
          public <S> Void visit(JdbcParameter parameter, S context) {
            problems.add(file, at, "the placeholder " + parameter, ALLOWED);
            return super.visit(parameter, context);
          }

          @Override
          public <S> Void visit(JdbcNamedParameter parameter, S context) {
            problems.add(file, at, "the placeholder " + parameter, ALLOWED);
            return super.visit(parameter, context);
          }
        },
        null);
    return columns;
  }
}
