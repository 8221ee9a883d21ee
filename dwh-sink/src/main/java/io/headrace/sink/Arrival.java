package io.headrace.sink;

/**
 * A number for each record of a topic that tells where it stands, and orders those of a key, which
 * are all in one partition.
 */
final class Arrival {

  private Arrival() {}

  /**
   * The number.
   *
   * @param partitions of the topic
   */
  static long of(int partition, long offset, int partitions) {
    return Math.addExact(Math.multiplyExact(offset, (long) partitions), partition);
  }

  static int partition(long arrival, int partitions) {
    return (int) (arrival % partitions);
  }

  static long offset(long arrival, int partitions) {
    return arrival / partitions;
  }
}
