package io.headrace.transform;

import java.util.List;

/**
 * All changes of joined tables' rows in one partition since its last mark, up to the end of an
 * epoch: what the parents topic says of them, for tasks of the same process.
 *
 * @param origin the partition they came from
 * @param epoch at whose end they are complete; some may belong to earlier ones
 * @param changes in the order of the topic
 */
record EpochParents(int origin, long epoch, List<Told> changes) {

  /**
   * One of them.
   *
   * @param timestamp of its record, in milliseconds of the capture's clock
   */
  record Told(ParentMessage message, long timestamp) {

    /** Long rows are some. */
    int weight() {
      return 1 + message.change().size() / ORDINARY_BYTES;
    }
  }

  private static final int ORDINARY_BYTES = 512;

  /** About how many ordinary changes that is; not nothing even without any. */
  int weight() {
    return 1 + changes.stream().mapToInt(Told::weight).sum();
  }
}
