package io.headrace.star;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which types a column of the target takes without loss. */
final class Assignment {

  /** Other types that hold every value of a type. */
  private static final Map<String, Set<String>> WIDER =
      Map.of(
          "int2", Set.of("int4", "int8", "float4", "float8"),
          "int4", Set.of("int8", "float8"),
          "float4", Set.of("float8"),
          "varchar", Set.of("text"),
          "date", Set.of("timestamp"),
          "cidr", Set.of("inet"));

  private static final Map<String, Integer> DIGITS = Map.of("int2", 5, "int4", 10, "int8", 19);
  private static final List<String> OF_TIME = List.of("timestamp", "timestamptz", "time", "timetz");
  private static final int FULL_PRECISION = 6;

  /** PostgreSQL adds the size of a length word to the modifiers of numeric, char and varchar. */
  private static final int HEADER = 4;

  private Assignment() {}

  static boolean fits(ResultColumn from, ResultColumn to) {
    if (from.type() == to.type()) {
      return to.modifier() == -1 || from.modifier() == to.modifier() || narrower(from, to);
    }
    if (from.typeKind().equals("e")) {
      return Set.of("text", "varchar").contains(to.typeName()) && to.modifier() == -1;
    }
    if (DIGITS.containsKey(from.typeName()) && to.typeName().equals("numeric")) {
      return to.modifier() == -1 || DIGITS.get(from.typeName()) <= precision(to) - scale(to);
    }
    if (Set.of("text", "varchar").contains(from.typeName()) && to.typeName().equals("varchar")) {
      return to.modifier() == -1 || (from.typeName().equals("varchar") && narrower(from, to));
    }
    return WIDER.getOrDefault(from.typeName(), Set.of()).contains(to.typeName())
        && to.modifier() == -1;
  }

  private static boolean narrower(ResultColumn from, ResultColumn to) {
    String name = to.typeName().startsWith("_") ? to.typeName().substring(1) : to.typeName();
    if (OF_TIME.contains(name)) {
      return to.modifier() == FULL_PRECISION
          || (from.modifier() != -1 && from.modifier() < to.modifier());
    }
    if (from.modifier() == -1) {
      return false;
    }
    return switch (name) {
      case "varchar", "bpchar", "varbit" -> from.modifier() < to.modifier();
      case "numeric" ->
          scale(from) <= scale(to) && precision(from) - scale(from) <= precision(to) - scale(to);
      default -> false;
    };
  }

  private static int precision(ResultColumn numeric) {
    return ((numeric.modifier() - HEADER) >> 16) & 0xFFFF;
  }

  /** Eleven bits with a sign. */
  private static int scale(ResultColumn numeric) {
    return (((numeric.modifier() - HEADER) & 0x7FF) ^ 1024) - 1024;
  }
}
