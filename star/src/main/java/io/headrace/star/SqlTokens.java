package io.headrace.star;

import java.util.ArrayList;
import java.util.List;
import net.sf.jsqlparser.parser.SimpleNode;
import net.sf.jsqlparser.parser.Token;

/** A statement's tokens, without comments, and where they stand. */
final class SqlTokens {

  private final String text;
  private final List<SqlToken> tokens;

  private SqlTokens(String text, List<SqlToken> tokens) {
    this.text = text;
    this.tokens = List.copyOf(tokens);
  }

  /** The tokens from a first one on, to the end of the file or to a semicolon. */
  static SqlTokens from(Token first, String text) {
    List<SqlToken> tokens = new ArrayList<>();
    for (Token token = first; token != null && token.kind != 0; token = token.next) {
      if (token.image.equals(";")) {
        break;
      }
      tokens.add(new SqlToken(token.image, span(token, token, text)));
    }
    return new SqlTokens(text, tokens);
  }

  /** Where a node of the parser's tree stands. */
  static Span span(SimpleNode node, String text) {
    return span(node.jjtGetFirstToken(), node.jjtGetLastToken(), text);
  }

  private static Span span(Token first, Token last, String text) {
    // The parser counts from 1, and checks nothing: every slice of the text rests on this.
    int begin = first.absoluteBegin - 1;
    int end = last.absoluteEnd - 1;
    if (!text.startsWith(first.image, begin)
        || !text.startsWith(last.image, end - last.image.length())) {
      throw new IllegalStateException(
          "the parser's token \""
              + first.image
              + "\" does not stand at offset "
              + begin
              + " of the text");
    }
    return new Span(begin, end);
  }

  int size() {
    return tokens.size();
  }

  SqlToken get(int index) {
    return tokens.get(index);
  }

  /** Whether the token at an index is that keyword, and not a column's name after a dot. */
  boolean isKeyword(int index, String upperCase) {
    return index >= 0
        && index < tokens.size()
        && tokens.get(index).is(upperCase)
        && (index == 0 || !tokens.get(index - 1).image().equals("."));
  }

  /** The indexes in {@code [begin, end)} of the tokens outside of all brackets. */
  List<Integer> outside(int begin, int end) {
    List<Integer> outside = new ArrayList<>();
    int depth = 0;
    for (int i = begin; i < end; i++) {
      SqlToken token = tokens.get(i);
      if (token.closes()) {
        depth--;
      }
      if (depth == 0 && !token.closes()) {
        outside.add(i);
      }
      if (token.opens()) {
        depth++;
      }
    }
    return outside;
  }

  /**
   * The indexes of the tokens within a span: from the first, up to but not including the second.
   */
  int[] within(Span span) {
    int begin = 0;
    while (begin < tokens.size() && tokens.get(begin).span().begin() < span.begin()) {
      begin++;
    }
    int end = begin;
    while (end < tokens.size() && tokens.get(end).span().end() <= span.end()) {
      end++;
    }
    return new int[] {begin, end};
  }

  /** Where the tokens {@code [begin, end)} stand. */
  Span span(int begin, int end) {
    return new Span(tokens.get(begin).span().begin(), tokens.get(end - 1).span().end());
  }

  /** The text of the tokens {@code [begin, end)}, comments among them included. */
  String text(int begin, int end) {
    return span(begin, end).of(text);
  }
}
