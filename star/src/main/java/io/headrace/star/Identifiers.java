package io.headrace.star;

/** SQL identifiers, and what becomes of them in the names of topics. */
public final class Identifiers {

  private Identifiers() {}

  /** The identifier in double quotes, inner quotes doubled. */
  public static String quote(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  /** The name with {@code _} for each character that Kafka does not allow in a topic's name. */
  public static String inTopic(String name) {
    return name.replaceAll("[^A-Za-z0-9._-]", "_");
  }
}
