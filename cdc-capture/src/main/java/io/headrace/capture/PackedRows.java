package io.headrace.capture;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Row messages of pgoutput as they came, one after the other: eight bytes of position, four of
 * length, the message. Debezium carries many as one message of its own, so that what it does for
 * each costs a row next to nothing. (PostgreSQL manual, Logical Replication Message Formats.)
 */
final class PackedRows {

  /**
   * What Debezium's message is called that holds them. Nobody's {@code pg_logical_emit_message} can
   * send the like: PostgreSQL's texts hold no NUL.
   */
  static final String PREFIX = "\0headrace.rows";

  /** So much is carried at once, in bytes; a larger row is carried alone. */
  private static final int FULL = 64 << 10;

  private static final int HEAD = Long.BYTES + Integer.BYTES;

  private byte[] bytes = new byte[2 * FULL];
  private int length;

  /** Whether a message is about rows or what they need to be read, and so is packed. */
  static boolean takes(byte type) {
    return switch (type) {
      case 'I', 'U', 'D', 'T', 'R', 'O' -> true;
      default -> false;
    };
  }

  boolean isEmpty() {
    return length == 0;
  }

  boolean isFull() {
    return length >= FULL;
  }

  /**
   * Packs a message.
   *
   * @param lsn its position in the source's log
   */
  void add(long lsn, ByteBuffer message) {
    int size = message.remaining();
    if (bytes.length - length < HEAD + size) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(length, HEAD + size)));
    }
    ByteBuffer.wrap(bytes, length, HEAD).putLong(lsn).putInt(size);
    message.get(bytes, length + HEAD, size);
    length += HEAD + size;
  }

  /** Hands over what is packed. */
  byte[] take() {
    byte[] taken = Arrays.copyOf(bytes, length);
    length = 0;
    if (bytes.length > 2 * FULL) {
      bytes = new byte[2 * FULL];
    }
    return taken;
  }

  /** Takes a message. */
  interface Reader {
    /**
     * Reads a message.
     *
     * @param lsn its position in the source's log
     * @param message stands at the message's first byte
     */
    void read(long lsn, PgOutput message);
  }

  /** Reads packed messages in their order. */
  static void forEach(byte[] packed, Reader reader) {
    PgOutput message = new PgOutput(packed);
    for (int at = 0; at < packed.length; ) {
      message.at(at);
      long lsn = message.int64();
      int size = message.int32();
      reader.read(lsn, message);
      at += HEAD + size;
    }
  }
}
