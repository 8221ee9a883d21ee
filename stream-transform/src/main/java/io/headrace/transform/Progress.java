package io.headrace.transform;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headrace.wire.Epoch;
import io.headrace.wire.EpochJson;
import io.headrace.wire.EpochMark;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.BytesSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * How far one task is: what it has read of each topic, whose marks it has, which epochs it knows
 * and which is its present one. Read from memory, written through to a store with a cache in front,
 * so that a commit writes each of the few values once however many records it holds.
 */
final class Progress {

  private static final BytesSerializer BYTES = new BytesSerializer();
  private static final Bytes KNOWN = Bytes.wrap("known.".getBytes(UTF_8));
  private static final Bytes NEWEST = Bytes.wrap("newest".getBytes(UTF_8));
  private static final Bytes COMPLETED = Bytes.wrap("completed".getBytes(UTF_8));
  private static final Bytes PRESENT = Bytes.wrap("present".getBytes(UTF_8));
  private static final Bytes MARKED = Bytes.wrap("marked".getBytes(UTF_8));

  private final KeyValueStore<Bytes, byte[]> store;
  private final Counters read;
  private final Counters marks;
  private final Counters given;
  private final TreeMap<Long, KnownEpoch> known = new TreeMap<>();
  private @Nullable Epoch newest;
  private @Nullable EpochMark completed;
  private long present;
  private long marked;

  Progress(KeyValueStore<Bytes, byte[]> store, int topics, int partitions, long firstEpoch) {
    this.store = store;
    read = new Counters(store, "read.", topics);
    marks = new Counters(store, "mark.", partitions);
    given = new Counters(store, "given.", partitions);
    try (KeyValueIterator<Bytes, byte[]> epochs = store.prefixScan(KNOWN, BYTES)) {
      while (epochs.hasNext()) {
        KnownEpoch epoch = KnownEpoch.read(epochs.next().value);
        known.put(epoch.number(), epoch);
      }
    }
    byte[] newestJson = store.get(NEWEST);
    newest = newestJson == null ? null : EpochJson.read(newestJson);
    byte[] mark = store.get(COMPLETED);
    completed = mark == null ? null : EpochMark.parse(mark);
    present = Counters.number(store.get(PRESENT), firstEpoch);
    marked = Counters.number(store.get(MARKED), 0);
  }

  /** The offset after the last record that was read; topics are numbered. */
  long read(int topic) {
    return read.get(topic);
  }

  void read(int topic, long next) {
    read.set(topic, next);
  }

  /** The last epoch of which all parents from a partition are there. */
  long mark(int origin) {
    return marks.get(origin);
  }

  void mark(int origin, long epoch) {
    if (epoch > marks.get(origin)) {
      marks.set(origin, epoch);
    }
  }

  /** The last epoch of which all parents from a partition came without the topic. */
  long given(int origin) {
    return given.get(origin);
  }

  void given(int origin, long epoch) {
    given.set(origin, epoch);
  }

  /** The epoch whose end was read last; null before the first. */
  @Nullable Epoch newest() {
    return newest;
  }

  void learn(KnownEpoch epoch) {
    known.put(epoch.number(), epoch);
    store.put(known(epoch.number()), epoch.write());
    newest = epoch.epoch();
    store.put(NEWEST, EpochJson.write(epoch.epoch()));
  }

  /** The first epoch that is known and not complete. */
  @Nullable KnownEpoch next() {
    var first = known.firstEntry();
    return first == null ? null : first.getValue();
  }

  /**
   * Gives up the epochs that are known and not complete: what belongs to them belongs to a later
   * one.
   */
  void forget() {
    known.keySet().forEach(number -> store.put(known(number), null));
    known.clear();
  }

  /** The first known epoch whose mark was not sent yet. */
  @Nullable KnownEpoch toMark() {
    var first = known.higherEntry(marked);
    return first == null ? null : first.getValue();
  }

  void marked(long epoch) {
    marked = epoch;
    store.put(MARKED, Counters.bytes(epoch));
  }

  /** The epoch that is being worked on. */
  long present() {
    return present;
  }

  void present(long epoch) {
    present = epoch;
    store.put(PRESENT, Counters.bytes(epoch));
  }

  /** The last complete epoch; null before the first. */
  @Nullable EpochMark completed() {
    return completed;
  }

  void complete(KnownEpoch epoch) {
    known.remove(epoch.number());
    store.put(known(epoch.number()), null);
    completed = EpochMark.of(epoch.epoch());
    store.put(COMPLETED, completed.value());
  }

  private static Bytes known(long number) {
    byte[] prefix = KNOWN.get();
    byte[] key = Arrays.copyOf(prefix, prefix.length + Long.BYTES);
    ByteBuffer.wrap(key).putLong(prefix.length, number);
    return Bytes.wrap(key);
  }
}
