package io.headrace.transform;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.BytesSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The index from a foreign key's value to the rows that have it. */
final class References {

  private static final byte[] PRESENT = new byte[0];
  private static final BytesSerializer BYTES = new BytesSerializer();

  private final KeyValueStore<Bytes, byte[]> store;

  References(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  /** A row has become another. */
  void moved(
      List<ForeignKey> foreignKeys, byte[] child, @Nullable Row before, @Nullable Row after) {
    for (ForeignKey foreignKey : foreignKeys) {
      byte[] from = before == null ? null : before.nonNullFields(foreignKey.columns(), 0);
      byte[] to = after == null ? null : after.nonNullFields(foreignKey.columns(), 0);
      if (Arrays.equals(from, to)) {
        continue;
      }
      if (from != null) {
        store.put(StoreKeys.reference(foreignKey.index(), from, 0, child), null);
      }
      if (to != null) {
        store.put(StoreKeys.reference(foreignKey.index(), to, 0, child), PRESENT);
      }
    }
  }

  /** Gives the primary keys of the rows that refer to the row at this place. */
  void children(ForeignKey foreignKey, Bytes parentPlace, Consumer<byte[]> action) {
    Bytes prefix = StoreKeys.references(foreignKey.index(), parentPlace.get(), StoreKeys.ORDINAL);
    try (KeyValueIterator<Bytes, byte[]> entries = store.prefixScan(prefix, BYTES)) {
      while (entries.hasNext()) {
        action.accept(StoreKeys.child(entries.next().key));
      }
    }
  }
}
