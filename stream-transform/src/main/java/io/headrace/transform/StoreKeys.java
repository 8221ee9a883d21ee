package io.headrace.transform;

import java.nio.ByteBuffer;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the stores. A number in front says whose rows they are, so that one store serves all
 * tables.
 */
final class StoreKeys {

  /** Bytes of the number of a table or of an index. */
  static final int ORDINAL = Short.BYTES;

  private static final int LENGTH = Integer.BYTES;

  private StoreKeys() {}

  /** Where a table's row stands. */
  static Bytes row(int table, byte[] key) {
    byte[] bytes = new byte[ORDINAL + key.length];
    ordinal(bytes, table);
    System.arraycopy(key, 0, bytes, ORDINAL, key.length);
    return Bytes.wrap(bytes);
  }

  /** Where the row stands that a foreign key means; null when the foreign key has a NULL. */
  static @Nullable Bytes parent(int table, Row child, int[] foreignKey) {
    byte[] bytes = child.nonNullFields(foreignKey, ORDINAL);
    if (bytes == null) {
      return null;
    }
    ordinal(bytes, table);
    return Bytes.wrap(bytes);
  }

  /** What all rows of a table, or all entries of an index, begin with. */
  static Bytes all(int ordinal) {
    byte[] bytes = new byte[ORDINAL];
    ordinal(bytes, ordinal);
    return Bytes.wrap(bytes);
  }

  /** The primary key in a row's place. */
  static byte[] key(Bytes rowPlace) {
    byte[] bytes = rowPlace.get();
    byte[] key = new byte[bytes.length - ORDINAL];
    System.arraycopy(bytes, ORDINAL, key, 0, key.length);
    return key;
  }

  /**
   * What the index entries of a foreign key's value begin with. The value's length stands before
   * it, so that no value is the beginning of another.
   *
   * @param foreignKey COPY text after {@code room} bytes of something else
   */
  static Bytes references(int index, byte[] foreignKey, int room) {
    return Bytes.wrap(references(index, foreignKey, room, new byte[0]));
  }

  /** The index entry of a child. */
  static Bytes reference(int index, byte[] foreignKey, int room, byte[] child) {
    return Bytes.wrap(references(index, foreignKey, room, child));
  }

  private static byte[] references(int index, byte[] foreignKey, int room, byte[] child) {
    int length = foreignKey.length - room;
    return ByteBuffer.allocate(ORDINAL + LENGTH + length + child.length)
        .putShort((short) index)
        .putInt(length)
        .put(foreignKey, room, length)
        .put(child)
        .array();
  }

  /** The child's primary key in an index entry. */
  static byte[] child(Bytes reference) {
    ByteBuffer entry = ByteBuffer.wrap(reference.get());
    int length = entry.getInt(ORDINAL);
    byte[] child = new byte[entry.capacity() - ORDINAL - LENGTH - length];
    entry.get(ORDINAL + LENGTH + length, child);
    return child;
  }

  private static void ordinal(byte[] bytes, int ordinal) {
    bytes[0] = (byte) (ordinal >> 8);
    bytes[1] = (byte) ordinal;
  }
}
