package io.headrace.transform;

import java.nio.ByteBuffer;

/**
 * What a record of a table's topic says.
 *
 * @param kind what happened
 * @param key COPY text of the primary key; empty for a TRUNCATE
 * @param row COPY text of the needed columns; empty but for an UPSERT
 * @param again whether the row's facts are to be sent even if they have not changed
 */
record Change(Kind kind, byte[] key, byte[] row, boolean again) {

  static final byte[] NOTHING = new byte[0];
  static final Change TRUNCATE = new Change(Kind.TRUNCATE, NOTHING, NOTHING, false);

  enum Kind {
    UPSERT,
    DELETE,
    TRUNCATE
  }

  private static final Kind[] KINDS = Kind.values();

  /** Stands beside the kind in its byte. */
  private static final int AGAIN = 0x40;

  static Change upsert(byte[] key, byte[] row) {
    return new Change(Kind.UPSERT, key, row, false);
  }

  static Change delete(byte[] key) {
    return new Change(Kind.DELETE, key, NOTHING, false);
  }

  /** The same, with its facts sent whether or not they have changed. */
  Change sentAgain() {
    return new Change(kind, key, row, true);
  }

  int size() {
    return 1 + 4 + key.length + row.length;
  }

  void write(ByteBuffer out) {
    out.put((byte) (again ? kind.ordinal() | AGAIN : kind.ordinal()))
        .putInt(key.length)
        .put(key)
        .put(row);
  }

  /** Reads what {@link #write} wrote, up to the buffer's end. */
  static Change read(ByteBuffer in) {
    byte first = in.get();
    Kind kind = KINDS[first & ~AGAIN];
    byte[] key = new byte[in.getInt()];
    in.get(key);
    byte[] row = new byte[in.remaining()];
    in.get(row);
    return new Change(kind, key, row, (first & AGAIN) != 0);
  }
}
