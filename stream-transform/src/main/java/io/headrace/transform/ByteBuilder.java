package io.headrace.transform;

import java.util.Arrays;

/** Bytes that grow, used again for every record: a record costs no garbage but its result. */
final class ByteBuilder {

  private byte[] bytes;
  private int length;

  ByteBuilder(int capacity) {
    bytes = new byte[capacity];
  }

  int length() {
    return length;
  }

  void clear() {
    length = 0;
  }

  void append(int oneByte) {
    if (length == bytes.length) {
      grow(1);
    }
    bytes[length++] = (byte) oneByte;
  }

  void append(byte[] from, int start, int end) {
    int count = end - start;
    if (bytes.length - length < count) {
      grow(count);
    }
    System.arraycopy(from, start, bytes, length, count);
    length += count;
  }

  void append(ByteBuilder from, int start, int end) {
    append(from.bytes, start, end);
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  private void grow(int count) {
    bytes =
        Arrays.copyOf(
            bytes, Math.max(Math.addExact(length, count), bytes.length + (bytes.length >> 1)));
  }
}
