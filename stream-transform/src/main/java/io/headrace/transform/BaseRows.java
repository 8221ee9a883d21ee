package io.headrace.transform;

import java.util.function.Consumer;
import org.apache.kafka.common.serialization.BytesSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The rows of this partition of the tables that star tables begin with. */
final class BaseRows {

  private static final BytesSerializer BYTES = new BytesSerializer();

  private final KeyValueStore<Bytes, byte[]> store;

  BaseRows(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  byte @Nullable [] get(int table, byte[] key) {
    return store.get(StoreKeys.row(table, key));
  }

  void put(int table, byte[] key, byte @Nullable [] row) {
    store.put(StoreKeys.row(table, key), row);
  }

  /** Gives the key of every row of a table; rows may be taken away meanwhile. */
  void keys(int table, Consumer<byte[]> action) {
    try (KeyValueIterator<Bytes, byte[]> rows = store.prefixScan(StoreKeys.all(table), BYTES)) {
      while (rows.hasNext()) {
        action.accept(StoreKeys.key(rows.next().key));
      }
    }
  }
}
