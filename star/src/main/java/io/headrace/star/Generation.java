package io.headrace.star;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headrace.star.BoundSelect.Expression;
import io.headrace.star.BoundSelect.Reference;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;

/**
 * The name of a star's definition: a hash of all that decides what a fact carries and what becomes
 * of it.
 */
final class Generation {

  /**
   * Goes up when the same definition must be computed anew, because its meaning or its format
   * changes.
   */
  private static final int FORMAT = 1;

  private static final int DIGITS = 8;

  private Generation() {}

  static String of(
      List<BoundSelect> selects, List<StarTable> tables, Collection<SourceTable> sources) {
    StringBuilder definition = new StringBuilder().append(FORMAT).append('\n');
    for (StarTable table : tables) {
      // The laterals are left out: they name the warehouse's types, which two of the stages do not
      // look up.
      definition.append(
          List.of(
              table.name(),
              table.base().name(),
              table.joins().stream()
                  .map(j -> List.of(j.kind(), j.parent().name(), j.from(), j.foreignKey()))
                  .toList(),
              table.inputs(),
              table.key(),
              table.query().columns(),
              table.query().selectList(),
              table.query().where()));
      definition.append('\n');
    }
    for (SourceTable source : sources) {
      definition.append(source.name()).append(source.key());
      source.columns().forEach(column -> definition.append(List.of(column.name(), column.type())));
      definition.append('\n');
    }
    for (BoundSelect select : selects) {
      for (Expression expression : select.expressions()) {
        expression.references().forEach(reference -> append(reference, definition));
      }
    }
    return hash(definition.toString());
  }

  private static void append(Reference reference, StringBuilder definition) {
    definition.append(reference.from()).append(reference.column().name());
    definition.append(reference.column().type().name());
    if (reference.column().generated() != null) {
      definition.append(reference.column().generated().expression());
    }
    definition.append('\n');
  }

  private static String hash(String definition) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(definition.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
