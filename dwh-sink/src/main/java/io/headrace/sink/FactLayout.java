package io.headrace.sink;

import io.headrace.star.StarTable;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How the facts of a star table stand in their records.
 *
 * @param starTable the star table
 * @param keyFields how many fields a record's key has
 * @param places for each input the position of its field in the key, or -1 where it is no part of
 *     it
 */
record FactLayout(String starTable, int keyFields, List<Integer> places) {

  static FactLayout of(StarTable table) {
    List<Integer> places =
        IntStream.range(0, table.inputs().size()).map(table.key()::indexOf).boxed().toList();
    return new FactLayout(table.name(), table.key().size(), places);
  }
}
