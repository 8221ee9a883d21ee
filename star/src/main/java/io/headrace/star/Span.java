package io.headrace.star;

/**
 * A piece of a file's text.
 *
 * @param begin offset of the first character
 * @param end offset after the last character
 */
record Span(int begin, int end) {

  boolean contains(Span other) {
    return begin <= other.begin && other.end <= end;
  }

  String of(String text) {
    return text.substring(begin, end);
  }
}
