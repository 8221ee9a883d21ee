package io.headrace.transform;

import java.nio.ByteBuffer;

/**
 * What one task tells all tasks through the parents topic.
 *
 * @param origin the partition it came from
 * @param epoch the epoch it belongs to
 * @param table the joined table's number; {@value #MARK} for the mark that says: this was all of
 *     the epoch from this origin
 * @param change what changed there; nothing for a mark
 */
record ParentMessage(int origin, long epoch, int table, Change change) {

  static final int MARK = -1;

  static ParentMessage mark(int origin, long epoch) {
    return new ParentMessage(origin, epoch, MARK, Change.TRUNCATE);
  }

  boolean isMark() {
    return table == MARK;
  }

  byte[] write() {
    ByteBuffer out = ByteBuffer.allocate(Integer.BYTES + Long.BYTES + Short.BYTES + change.size());
    out.putInt(origin).putLong(epoch).putShort((short) table);
    change.write(out);
    return out.array();
  }

  /** Reads what {@link #write} wrote, up to the buffer's end. */
  static ParentMessage read(ByteBuffer in) {
    int origin = in.getInt();
    long epoch = in.getLong();
    int table = in.getShort();
    return new ParentMessage(origin, epoch, table, Change.read(in));
  }
}
