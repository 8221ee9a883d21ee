package io.headrace.transform;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.DataBlockIndexType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/**
 * Bounds the memory of all stores of the process together: {@value #BLOCK_CACHE_BYTES} bytes for
 * blocks, indexes, filters and, inside that, {@value #WRITE_BUFFER_BYTES} bytes for what is not yet
 * written to files. Without it every store takes its own, some 100 MB each (Kafka Streams manual,
 * "Memory Management"). Public because Kafka Streams makes it by name.
 */
public final class BoundedRocksDb implements RocksDBConfigSetter {

  private static final long BLOCK_CACHE_BYTES = 192L << 20;
  private static final long WRITE_BUFFER_BYTES = 48L << 20;
  private static final long ONE_WRITE_BUFFER_BYTES = 8L << 20;
  private static final int BLOCK_BYTES = 16 << 10;
  private static final double BLOOM_BITS_A_KEY = 10;

  /** Of a write buffer, for a filter of its own: most rows that are looked up are not in it. */
  private static final double MEMTABLE_BLOOM = 0.05;

  /** For the whole process, so never closed. */
  private static final class Shared {
    static final Cache CACHE = new LRUCache(BLOCK_CACHE_BYTES, -1, false, 0.1);
    static final WriteBufferManager WRITE_BUFFERS =
        new WriteBufferManager(WRITE_BUFFER_BYTES, CACHE);
  }

  private final BloomFilter filter = new BloomFilter(BLOOM_BITS_A_KEY);

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(Shared.CACHE);
    table.setCacheIndexAndFilterBlocks(true);
    table.setPinTopLevelIndexAndFilter(true);
    table.setBlockSize(BLOCK_BYTES);
    table.setFilterPolicy(filter);
    table.setDataBlockIndexType(DataBlockIndexType.kDataBlockBinaryAndHash);
    options.setTableFormatConfig(table);
    options.setWriteBufferManager(Shared.WRITE_BUFFERS);
    options.setWriteBufferSize(ONE_WRITE_BUFFER_BYTES);
    options.setMaxWriteBufferNumber(2);
    options.setMemtablePrefixBloomSizeRatio(MEMTABLE_BLOOM);
    options.setMemtableWholeKeyFiltering(true);
  }

  @Override
  public void close(String storeName, Options options) {
    filter.close();
  }
}
