package io.headrace.star;

/** SQL identifiers. */
public final class Identifiers {

  private Identifiers() {}

  /** The identifier in double quotes, inner quotes doubled. */
  public static String quote(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }
}
