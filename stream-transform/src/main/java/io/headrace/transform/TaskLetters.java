package io.headrace.transform;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.BytesSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one task of which a record was set aside that could not be read, by table, with its
 * offset. In the store of the progress, and so in the same transactions; mostly there are none.
 */
final class TaskLetters {
  private static final Bytes PREFIX = Bytes.wrap(new byte[] {'l', 'e', 't', 't', 'e', 'r', '.'});
  private static final BytesSerializer BYTES = new BytesSerializer();

  private final KeyValueStore<Bytes, byte[]> store;
  private final Map<Bytes, Long> offsets = new HashMap<>();

  TaskLetters(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
    try (KeyValueIterator<Bytes, byte[]> letters = store.prefixScan(PREFIX, BYTES)) {
      while (letters.hasNext()) {
        var letter = letters.next();
        offsets.put(letter.key, ByteBuffer.wrap(letter.value).getLong());
      }
    }
  }

  /**
   * A record of this key waits from now on.
   *
   * @return the offset of the one that waited before; null for none
   */
  @Nullable Long add(int table, byte[] key, long offset) {
    Bytes name = name(table, key);
    store.put(name, ByteBuffer.allocate(Long.BYTES).putLong(offset).array());
    return offsets.put(name, offset);
  }

  /**
   * A later record of this key could be read.
   *
   * @return the offset of the one that waited; null for none
   */
  @Nullable Long end(int table, byte @Nullable [] key) {
    if (offsets.isEmpty() || key == null) {
      return null;
    }
    Bytes name = name(table, key);
    Long offset = offsets.remove(name);
    if (offset != null) {
      store.put(name, null);
    }
    return offset;
  }

  /** The table was emptied: the offsets of all that waited. */
  List<Long> endAll(int table) {
    List<Long> ended = new ArrayList<>();
    for (Bytes name : List.copyOf(offsets.keySet())) {
      if (ByteBuffer.wrap(name.get()).getInt(PREFIX.get().length) == table) {
        ended.add(offsets.remove(name));
        store.put(name, null);
      }
    }
    return ended;
  }

  private static Bytes name(int table, byte[] key) {
    byte[] prefix = PREFIX.get();
    return Bytes.wrap(
        ByteBuffer.allocate(prefix.length + Integer.BYTES + key.length)
            .put(prefix)
            .putInt(table)
            .put(key)
            .array());
  }
}
