package io.headrace.transform;

import java.nio.ByteBuffer;

/**
 * What a record of a table's topic says.
 *
 * @param kind what happened
 * @param key COPY text of the primary key; empty for a TRUNCATE
 * @param row COPY text of the needed columns; empty but for an UPSERT
 */
record Change(Kind kind, byte[] key, byte[] row) {

  static final byte[] NOTHING = new byte[0];
  static final Change TRUNCATE = new Change(Kind.TRUNCATE, NOTHING, NOTHING);

  enum Kind {
    UPSERT,
    DELETE,
    TRUNCATE
  }

  private static final Kind[] KINDS = Kind.values();

  static Change upsert(byte[] key, byte[] row) {
    return new Change(Kind.UPSERT, key, row);
  }

  static Change delete(byte[] key) {
    return new Change(Kind.DELETE, key, NOTHING);
  }

  int size() {
    return 1 + 4 + key.length + row.length;
  }

  void write(ByteBuffer out) {
    out.put((byte) kind.ordinal()).putInt(key.length).put(key).put(row);
  }

  /** Reads what {@link #write} wrote, up to the buffer's end. */
  static Change read(ByteBuffer in) {
    Kind kind = KINDS[in.get()];
    byte[] key = new byte[in.getInt()];
    in.get(key);
    byte[] row = new byte[in.remaining()];
    in.get(row);
    return new Change(kind, key, row);
  }
}
