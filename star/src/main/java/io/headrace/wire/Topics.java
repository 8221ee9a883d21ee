package io.headrace.wire;

import io.headrace.star.Identifiers;
import io.headrace.star.TableName;

/**
 * The names of the topics.
 *
 * @param prefix what all of them begin with; letters, digits, {@code _} and {@code -}
 */
public record Topics(String prefix) {
  public Topics {
    if (!prefix.matches("[A-Za-z0-9_-]+")) {
      throw new IllegalArgumentException(
          "the topic prefix must consist of letters, digits, _ and - but was \"" + prefix + "\"");
    }
  }

  /**
   * The changes of one source table: {@code <prefix>.<schema>.<table>}, what Kafka does not allow
   * in a name as _.
   */
  public String table(TableName table) {
    return Identifiers.inTopic(prefix + "." + table.schema() + "." + table.table());
  }

  /** Where each epoch ends. */
  public String epochs() {
    return prefix + ".epochs";
  }

  /** The records that were set aside by any stage. */
  public String deadLetters() {
    return prefix + ".dead-letters";
  }

  /** The rows of joined tables on their way to every partition. Internal to the transform. */
  public String parents(String generation) {
    return prefix + ".star-" + generation + ".parents";
  }

  /** The facts of one star table. */
  public String facts(String generation, String starTable) {
    return Identifiers.inTopic(prefix + ".star-" + generation + "." + starTable);
  }

  /** The transform's application id, and so the beginning of its changelog topics' names. */
  public String application(String generation) {
    return prefix + ".star-" + generation;
  }
}
