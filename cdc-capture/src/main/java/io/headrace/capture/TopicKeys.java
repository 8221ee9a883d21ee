package io.headrace.capture;

import java.util.List;

/** Reads the keys that a table's topic holds. */
interface TopicKeys {

  /**
   * Some keys.
   *
   * @param keys each once; without those that the same records delete again
   * @param next the offset after the last record that was read
   */
  record Batch(List<byte[]> keys, long next) {
    public Batch {
      keys = List.copyOf(keys);
    }
  }

  /** Where each partition of a topic ends. */
  List<Long> ends(String topic);

  /** Reads some keys of a partition, from an offset on and before another. */
  Batch read(String topic, int partition, long from, long until);
}
