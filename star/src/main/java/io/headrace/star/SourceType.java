package io.headrace.star;

import org.jspecify.annotations.Nullable;

/**
 * A column's type in the source, and what becomes of it on the way.
 *
 * @param name the type as the source calls it, for messages
 * @param carried the type under which its values travel and are staged; {@code text} for a user's
 *     own type
 * @param user the user's own type that the values have, where {@code carried} is not already the
 *     type
 * @param uniqueText whether equal values always have the same text, so that the text can be a key
 * @param refusal why its values cannot be carried, or null where they can
 */
record SourceType(
    String name,
    DataType carried,
    @Nullable UserType user,
    boolean uniqueText,
    @Nullable String refusal) {

  /**
   * A type that is not PostgreSQL's own.
   *
   * @param schema its schema in the source
   * @param name its name
   * @param array whether an array of it is meant
   * @param definition what must be the same in the warehouse, in a form that can be compared
   * @param create the statement that makes the type in the warehouse
   */
  record UserType(
      String schema, String name, boolean array, TypeDefinition definition, String create) {
    /** The type as SQL text. */
    String quoted() {
      return Identifiers.quote(schema) + "." + Identifiers.quote(name) + (array ? "[]" : "");
    }
  }
}
