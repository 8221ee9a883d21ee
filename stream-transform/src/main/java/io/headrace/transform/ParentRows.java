package io.headrace.transform;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.BytesSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * All rows of the joined tables, from all partitions. Each carries the partition that it came from:
 * a TRUNCATE speaks for one partition only. The rows last used are kept in memory as well.
 */
final class ParentRows implements Parents {

  /** Rows kept in memory at most, a task; some hundred bytes each. */
  private static final int REMEMBERED = 8_192;

  /** Bytes of the longest row that is kept in memory: 8192 of them are 16 MB. */
  private static final int LONGEST_REMEMBERED = 2_048;

  private static final int ORIGIN = Integer.BYTES;
  private static final BytesSerializer BYTES = new BytesSerializer();

  private final KeyValueStore<Bytes, byte[]> store;
  private final JoinPlan plan;
  private final Map<Bytes, Row> remembered =
      new LinkedHashMap<>(1024, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Bytes, Row> eldest) {
          return size() > REMEMBERED;
        }
      };

  ParentRows(KeyValueStore<Bytes, byte[]> store, JoinPlan plan) {
    this.store = store;
    this.plan = plan;
  }

  @Override
  public @Nullable Row find(int join, int table, Bytes place) {
    return find(table, place);
  }

  @Nullable Row find(int table, Bytes place) {
    Row known = remembered.get(place);
    if (known != null) {
      return known;
    }
    byte[] stored = store.get(place);
    if (stored == null) {
      return null;
    }
    byte[] bytes = new byte[stored.length - ORIGIN];
    System.arraycopy(stored, ORIGIN, bytes, 0, bytes.length);
    Row row = Row.of(bytes, plan.width(table));
    remember(place, row);
    return row;
  }

  void put(Bytes place, int origin, @Nullable Row row) {
    if (row == null) {
      remembered.remove(place);
      store.put(place, null);
      return;
    }
    byte[] bytes = row.bytes();
    store.put(place, ByteBuffer.allocate(ORIGIN + bytes.length).putInt(origin).put(bytes).array());
    remember(place, row);
  }

  private void remember(Bytes place, Row row) {
    if (row.bytes().length <= LONGEST_REMEMBERED) {
      remembered.put(place, row);
    } else {
      remembered.remove(place);
    }
  }

  /**
   * Gives the place of every row of a table that came from a partition; rows may be taken away
   * meanwhile.
   */
  void places(int table, int origin, Consumer<Bytes> action) {
    try (KeyValueIterator<Bytes, byte[]> rows = store.prefixScan(StoreKeys.all(table), BYTES)) {
      while (rows.hasNext()) {
        var row = rows.next();
        if (ByteBuffer.wrap(row.value).getInt() == origin) {
          action.accept(row.key);
        }
      }
    }
  }
}
