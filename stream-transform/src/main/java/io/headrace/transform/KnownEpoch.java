package io.headrace.transform;

import io.headrace.wire.Epoch;
import io.headrace.wire.EpochJson;
import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * An epoch of which the end is known and not yet reached.
 *
 * @param epoch where it ends
 * @param timestamp of the record that says so
 * @param awaited the partitions whose parents changed in it, so that their marks are to be waited
 *     for
 * @param marking whether this task sends a mark for it
 */
record KnownEpoch(Epoch epoch, long timestamp, BitSet awaited, boolean marking) {

  long number() {
    return epoch.number();
  }

  byte[] write() {
    byte[] partitions = awaited.toByteArray();
    byte[] json = EpochJson.write(epoch);
    return ByteBuffer.allocate(Long.BYTES + 1 + Integer.BYTES + partitions.length + json.length)
        .putLong(timestamp)
        .put((byte) (marking ? 1 : 0))
        .putInt(partitions.length)
        .put(partitions)
        .put(json)
        .array();
  }

  static KnownEpoch read(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    long timestamp = in.getLong();
    boolean marking = in.get() == 1;
    byte[] partitions = new byte[in.getInt()];
    in.get(partitions);
    byte[] json = new byte[in.remaining()];
    in.get(json);
    return new KnownEpoch(EpochJson.read(json), timestamp, BitSet.valueOf(partitions), marking);
  }
}
