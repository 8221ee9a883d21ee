package io.headrace.pipeline;

/**
 * A place where the warehouse does not hold what the star's SELECT returns on the source.
 *
 * @param table the star's table
 * @param key the row's key, in COPY's text form
 * @param column the column, or {@code *} where the whole row is missing or too much
 * @param source what the source has, in COPY's text form ({@code \N} is NULL)
 * @param warehouse what the warehouse has
 */
record Difference(String table, String key, String column, String source, String warehouse) {

  static final String NO_ROW = "no such row";

  @Override
  public String toString() {
    return table
        + " "
        + key
        + " "
        + column
        + ": source <"
        + shorten(source)
        + ">, warehouse <"
        + shorten(warehouse)
        + ">";
  }

  private static String shorten(String value) {
    return value.length() <= 200
        ? value
        : value.substring(0, 200) + "… (" + value.length() + " characters)";
  }
}
