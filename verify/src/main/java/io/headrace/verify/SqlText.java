package io.headrace.verify;

import static java.util.stream.Collectors.joining;

import java.util.List;

/** Values inside SQL text: COPY takes no parameters. */
final class SqlText {

  private SqlText() {}

  /** A string constant; {@code standard_conforming_strings} is on. */
  static String literal(String value) {
    return "'" + value.replace("'", "''") + "'";
  }

  /** A constant of an array type. */
  static String array(List<String> values, String elementType) {
    String elements =
        values.stream()
            .map(value -> '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
            .collect(joining(","));
    return literal("{" + elements + "}") + "::" + elementType + "[]";
  }
}
