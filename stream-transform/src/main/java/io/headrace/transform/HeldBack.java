package io.headrace.transform;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What belongs to a later epoch, in the order of the epochs, and within one in the order of each
 * topic.
 */
final class HeldBack {

  /** Bytes taken into memory at once. */
  private static final int BATCH_BYTES = 4 << 20;

  private static final int TOPIC = Short.BYTES;

  /** Sorts after every topic. */
  private static final int LAST_TOPIC = 0xFFFF;

  private final KeyValueStore<Bytes, byte[]> store;

  /** How many are held of each epoch. */
  private final TreeMap<Long, Long> counts = new TreeMap<>();

  HeldBack(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      while (all.hasNext()) {
        counts.merge(ByteBuffer.wrap(all.next().key.get()).getLong(), 1L, Long::sum);
      }
    }
  }

  /** Takes what was held. */
  interface Taker {
    void take(int topic, ByteBuffer payload, long timestamp);
  }

  /** Whether something is held of this epoch or an earlier one. */
  boolean holds(long epoch) {
    return !counts.isEmpty() && counts.firstKey() <= epoch;
  }

  void hold(long epoch, int topic, long offset, long timestamp, byte[] payload) {
    store.put(
        key(epoch, topic, offset),
        ByteBuffer.allocate(Long.BYTES + payload.length).putLong(timestamp).put(payload).array());
    counts.merge(epoch, 1L, Long::sum);
  }

  /**
   * Lets go what is held of epochs up to this one; at most {@code limit} records, and fewer where
   * they are large.
   */
  int release(long epoch, int limit, Taker taker) {
    List<KeyValue<Bytes, byte[]>> batch = batch(epoch, limit);
    for (KeyValue<Bytes, byte[]> held : batch) {
      ByteBuffer key = ByteBuffer.wrap(held.key.get());
      ByteBuffer value = ByteBuffer.wrap(held.value);
      long heldEpoch = key.getLong();
      int topic = key.getShort();
      long timestamp = value.getLong();
      taker.take(topic, value, timestamp);
      store.put(held.key, null);
      counts.computeIfPresent(heldEpoch, (e, count) -> count == 1 ? null : count - 1);
    }
    return batch.size();
  }

  private List<KeyValue<Bytes, byte[]>> batch(long epoch, int limit) {
    List<KeyValue<Bytes, byte[]>> batch = new ArrayList<>();
    int bytes = 0;
    try (KeyValueIterator<Bytes, byte[]> all =
        store.range(key(counts.firstKey(), 0, 0), key(epoch, LAST_TOPIC, Long.MAX_VALUE))) {
      while (all.hasNext() && batch.size() < limit && bytes < BATCH_BYTES) {
        KeyValue<Bytes, byte[]> held = all.next();
        batch.add(held);
        bytes += held.value.length;
      }
    }
    return batch;
  }

  private static Bytes key(long epoch, int topic, long offset) {
    return Bytes.wrap(
        ByteBuffer.allocate(Long.BYTES + TOPIC + Long.BYTES)
            .putLong(epoch)
            .putShort((short) topic)
            .putLong(offset)
            .array());
  }
}
