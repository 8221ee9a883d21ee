package io.headrace.transform;

/**
 * Knows where a partition has no records although its offsets go on: compaction took them, or they
 * were never any.
 */
interface Gaps {

  /**
   * Looks for records.
   *
   * @param table the table's number
   * @param from the first offset of interest
   * @param to the offset after the last
   * @return an offset up to which there certainly is no record: {@code from} where one follows at
   *     once or nobody knows
   */
  long emptyUpTo(int table, long from, long to);
}
