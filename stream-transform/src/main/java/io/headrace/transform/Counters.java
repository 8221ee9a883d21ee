package io.headrace.transform;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Some numbers that are read from memory and written through to a store. */
final class Counters {

  private final KeyValueStore<Bytes, byte[]> store;
  private final Bytes[] keys;
  private final long[] values;

  Counters(KeyValueStore<Bytes, byte[]> store, String name, int count) {
    this.store = store;
    keys =
        IntStream.range(0, count)
            .mapToObj(i -> Bytes.wrap((name + i).getBytes(UTF_8)))
            .toArray(Bytes[]::new);
    values = new long[count];
    for (int i = 0; i < count; i++) {
      values[i] = number(store.get(keys[i]), 0);
    }
  }

  long get(int which) {
    return values[which];
  }

  void set(int which, long value) {
    values[which] = value;
    store.put(keys[which], bytes(value));
  }

  static byte[] bytes(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  static long number(byte @Nullable [] bytes, long absent) {
    return bytes == null ? absent : ByteBuffer.wrap(bytes).getLong();
  }
}
