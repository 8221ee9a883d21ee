package io.headrace.star;

import java.util.ArrayList;
import java.util.List;
import net.sf.jsqlparser.parser.CCJSqlParserConstants;
import net.sf.jsqlparser.parser.CCJSqlParserTokenManager;
import net.sf.jsqlparser.parser.SimpleCharStream;
import net.sf.jsqlparser.parser.StringProvider;
import net.sf.jsqlparser.parser.Token;

/** The string literals of SQL text. */
final class SqlLiterals {

  private SqlLiterals() {}

  /** What stands between the quotes, of those without quotes in them. */
  static List<String> in(String sql) {
    List<String> literals = new ArrayList<>();
    CCJSqlParserTokenManager tokens =
        new CCJSqlParserTokenManager(new SimpleCharStream(new StringProvider(sql)));
    for (Token token = tokens.getNextToken();
        token.kind != CCJSqlParserConstants.EOF;
        token = tokens.getNextToken()) {
      int open = token.image.indexOf('\'');
      if (token.kind == CCJSqlParserConstants.S_CHAR_LITERAL && open >= 0) {
        literals.add(token.image.substring(open + 1, token.image.length() - 1));
      }
    }
    return literals;
  }
}
