package io.headrace.star;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.sf.jsqlparser.parser.CCJSqlParser;
import net.sf.jsqlparser.parser.CCJSqlParserUtil;
import net.sf.jsqlparser.parser.ParseException;
import net.sf.jsqlparser.parser.SimpleNode;
import net.sf.jsqlparser.parser.Token;
import net.sf.jsqlparser.parser.TokenMgrException;
import net.sf.jsqlparser.schema.Table;
import net.sf.jsqlparser.statement.Statement;
import net.sf.jsqlparser.statement.select.AllColumns;
import net.sf.jsqlparser.statement.select.PlainSelect;
import net.sf.jsqlparser.statement.select.SelectItem;
import org.jspecify.annotations.Nullable;

/** Reads a file's SELECT and refuses every clause that the star does not know. */
final class SelectParser {

  static final String SHAPE =
      "allowed is one SELECT <columns and expressions> FROM <table> [[LEFT] JOIN <table> ON"
          + " <foreign key> = <primary key>]… [WHERE <condition>]";

  /** Reserved words of PostgreSQL that begin a clause after FROM, and what they begin. */
  private static final Map<String, String> CLAUSES =
      Map.ofEntries(
          Map.entry("GROUP", "GROUP BY"),
          Map.entry("HAVING", "HAVING"),
          Map.entry("WINDOW", "WINDOW"),
          Map.entry("ORDER", "ORDER BY"),
          Map.entry("LIMIT", "LIMIT"),
          Map.entry("OFFSET", "OFFSET"),
          Map.entry("FETCH", "FETCH"),
          Map.entry("FOR", "FOR"),
          Map.entry("UNION", "UNION"),
          Map.entry("INTERSECT", "INTERSECT"),
          Map.entry("EXCEPT", "EXCEPT"),
          Map.entry("INTO", "INTO"));

  /** Where the parser's message says that a token cannot be read. */
  private static final Pattern LEXICAL_ERROR =
      Pattern.compile("at line (\\d+), column (\\d+)\\.\\s+(.*)", Pattern.DOTALL);

  private final StarFile file;
  private final Problems problems;

  private SelectParser(StarFile file, Problems problems) {
    this.file = file;
    this.problems = problems;
  }

  /** The parsed file, or what can be read of one with problems; null when that is nothing. */
  static @Nullable ParsedSelect parse(StarFile file, Problems problems) {
    return new SelectParser(file, problems).parse();
  }

  private @Nullable ParsedSelect parse() {
    if (file.text().isBlank()) {
      problems.add(file, "no statement", SHAPE);
      return null;
    }
    CCJSqlParser parser = CCJSqlParserUtil.newParser(file.text());
    parser.withAllowComplexParsing(true).withSquareBracketQuotation(false);
    List<? extends Statement> statements;
    try {
      statements = parser.Statements();
    } catch (ParseException e) {
      unreadable(e.currentToken == null ? null : e.currentToken.next);
      return null;
    } catch (TokenMgrException e) {
      notSql(String.valueOf(e.getMessage()));
      return null;
    }
    if (statements.isEmpty()) {
      problems.add(file, "no statement", SHAPE);
      return null;
    }
    SimpleNode root = (SimpleNode) parser.getASTRoot();
    SqlTokens tokens = SqlTokens.from(root.jjtGetFirstToken(), file.text());
    if (statements.size() > 1) {
      int next = file.text().indexOf(';', tokens.get(tokens.size() - 1).span().end());
      problems.add(file, next, statements.size() + " statements", SHAPE);
      return null;
    }
    if (!(statements.get(0) instanceof PlainSelect select) || !tokens.isKeyword(0, "SELECT")) {
      otherStatement(tokens);
      return null;
    }
    return select(select, root, tokens);
  }

  private void notSql(String message) {
    Matcher place = LEXICAL_ERROR.matcher(message);
    if (place.find()) {
      int line = Integer.parseInt(place.group(1));
      int column = Integer.parseInt(place.group(2));
      problems.add(file, line, column, "text that is not SQL: " + place.group(3), SHAPE);
    } else {
      problems.add(file, "text that is not SQL: " + message, SHAPE);
    }
  }

  private void unreadable(@Nullable Token token) {
    if (token == null || token.kind == 0) {
      int end = file.text().stripTrailing().length();
      problems.add(file, end, "the end of the text in the middle of the statement", SHAPE);
      return;
    }
    problems.add(
        file,
        Math.max(0, token.absoluteBegin - 1),
        "\"" + token.image + "\" where it cannot be read",
        SHAPE);
  }

  private void otherStatement(SqlTokens tokens) {
    clauses(tokens, 0);
    if (problems.count() == 0 || tokens.isKeyword(0, "WITH") || !tokens.isKeyword(0, "SELECT")) {
      problems.add(file, tokens.get(0).span(), tokens.get(0).image(), SHAPE);
    }
  }

  private @Nullable ParsedSelect select(PlainSelect select, SimpleNode root, SqlTokens tokens) {
    if (!(select.getFromItem() instanceof Table)) {
      int from =
          tokens.outside(0, tokens.size()).stream()
              .filter(i -> tokens.isKeyword(i, "FROM"))
              .findFirst()
              .orElse(0);
      problems.add(
          file,
          tokens.get(Math.min(from + 1, tokens.size() - 1)).span(),
          select.getFromItem() == null ? "a SELECT without FROM" : "FROM " + select.getFromItem(),
          "allowed after FROM is a table");
      return null;
    }
    if (tokens.isKeyword(1, "DISTINCT") || tokens.isKeyword(1, "ALL")) {
      problems.add(file, tokens.get(1).span(), "SELECT " + tokens.get(1).image(), SHAPE);
      return null;
    }
    int from = from(select, tokens);
    if (!tokens.isKeyword(from, "FROM")) {
      problems.add(file, tokens.get(from).span(), "FROM " + tokens.get(from).image(), SHAPE);
      return null;
    }
    int end = clauses(tokens, 1);
    int where =
        tokens.outside(from, end).stream()
            .filter(i -> tokens.isKeyword(i, "WHERE"))
            .findFirst()
            .orElse(end);
    Expressions expressions = new Expressions(file, root, tokens, problems);
    List<ParsedSelect.From> tables = tables(select, expressions, tokens, from, where);
    List<ParsedSelect.Item> items = items(select, expressions, tokens);
    return new ParsedSelect(
        file,
        tables,
        items,
        items.size() == select.getSelectItems().size(),
        tokens.span(1, from),
        select.getWhere() == null
            ? null
            : expressions.read(select.getWhere(), tokens.span(where + 1, end)));
  }

  private List<ParsedSelect.From> tables(
      PlainSelect select, Expressions expressions, SqlTokens tokens, int from, int end) {
    if (end < from) {
      return List.of();
    }
    int before = problems.count();
    List<ParsedSelect.From> tables =
        new FromParser(file, tokens, expressions, problems).parse(select, from, end);
    return problems.count() == before ? tables : List.of();
  }

  /** The index of the token before the first table. */
  private int from(PlainSelect select, SqlTokens tokens) {
    Span base = SqlTokens.span(((Table) select.getFromItem()).getASTNode(), file.text());
    return tokens.within(base)[0] - 1;
  }

  /** Refuses every clause that the star does not know; returns the index of the first one. */
  private int clauses(SqlTokens tokens, int begin) {
    int first = tokens.size();
    for (int i : tokens.outside(begin, tokens.size())) {
      for (Map.Entry<String, String> clause : CLAUSES.entrySet()) {
        if (tokens.isKeyword(i, clause.getKey())) {
          problems.add(file, tokens.get(i).span(), clause.getValue(), SHAPE);
          first = Math.min(first, i);
        }
      }
    }
    return first;
  }

  private List<ParsedSelect.Item> items(
      PlainSelect select, Expressions expressions, SqlTokens tokens) {
    List<ParsedSelect.Item> items = new ArrayList<>();
    for (SelectItem<?> item : select.getSelectItems()) {
      Span at = SqlTokens.span(item.getASTNode(), file.text());
      if (item.getExpression() instanceof AllColumns) {
        problems.add(
            file,
            at,
            "SELECT " + at.of(file.text()),
            "allowed are columns and expressions by name");
        continue;
      }
      String alias = null;
      if (item.getAlias() != null) {
        int[] within = tokens.within(at);
        int name = within[1] - 1;
        alias = tokens.get(name).identifier();
        at = tokens.span(within[0], tokens.isKeyword(name - 1, "AS") ? name - 1 : name);
      }
      items.add(new ParsedSelect.Item(alias, expressions.read(item.getExpression(), at)));
    }
    return items;
  }
}
