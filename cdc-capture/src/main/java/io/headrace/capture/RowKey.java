package io.headrace.capture;

import java.nio.ByteBuffer;

/**
 * Names a row.
 *
 * @param topic its table's topic
 * @param key the key of the row's records
 */
record RowKey(String topic, ByteBuffer key) {
  static RowKey of(String topic, byte[] key) {
    return new RowKey(topic, ByteBuffer.wrap(key));
  }
}
