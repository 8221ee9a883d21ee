package io.headrace.capture;

import org.apache.kafka.common.utils.Utils;

/**
 * Where a key goes: what Kafka's own clients do with a keyed record, so that other producers agree.
 */
final class KeyPartition {

  private KeyPartition() {}

  static int of(byte[] key, int partitions) {
    return Utils.toPositive(Utils.murmur2(key)) % partitions;
  }
}
