package io.headrace.star;

import java.util.List;

/**
 * What makes a user's own type.
 *
 * @param kind {@code enum}, {@code composite}, {@code range}, {@code multirange} or {@code
 *     extension}
 * @param parts an enum's labels in their order, a composite's attributes with their types, a
 *     range's subtype, an extension's name
 */
record TypeDefinition(String kind, List<String> parts) {
  TypeDefinition {
    parts = List.copyOf(parts);
  }

  /**
   * Whether every value of this type means the same in the other one: labels may have come between
   * an enum's own.
   */
  boolean fits(TypeDefinition other) {
    if (!kind.equals(other.kind)) {
      return false;
    }
    if (!kind.equals("enum")) {
      return parts.equals(other.parts);
    }
    int found = 0;
    for (String label : other.parts) {
      if (found < parts.size() && parts.get(found).equals(label)) {
        found++;
      }
    }
    return found == parts.size();
  }
}
