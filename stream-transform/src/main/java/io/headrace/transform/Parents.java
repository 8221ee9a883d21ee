package io.headrace.transform;

import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/** Where a join finds the row that a foreign key means. */
interface Parents {

  /**
   * Looks a row up.
   *
   * @param join which join of the star table asks, from 0
   * @param table the joined table's number
   * @param place see {@link StoreKeys#parent}
   * @return null where there is no such row
   */
  @Nullable Row find(int join, int table, Bytes place);
}
