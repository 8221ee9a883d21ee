package io.headrace.observe;

import io.headrace.stage.Database;
import io.headrace.wire.Topics;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose state is looked at.
 *
 * @param source the source
 * @param warehouse the warehouse; null where it is not known: then nothing is said of it
 * @param kafka bootstrap servers
 * @param topics whose pipeline it is
 * @param starTables the names of the star's tables
 * @param generation the definition whose transform is looked at while no warehouse names one; null:
 *     none
 */
public record Observed(
    Database source,
    @Nullable Database warehouse,
    String kafka,
    Topics topics,
    List<String> starTables,
    @Nullable String generation) {
  public Observed {
    starTables = List.copyOf(starTables);
  }
}
