package io.headrace.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;

/**
 * The record that ends an epoch in a partition of a fact topic: what stands before it, back to the
 * mark before, is what the epoch changed there. Its key is {@code \.}, COPY's end of data, which no
 * row's key can be; its value is number, LSN and commit time between tabs.
 *
 * @param number the epoch's number
 * @param lsn {@link Epoch#lsn}
 * @param committed {@link Epoch#committed}
 */
public record EpochMark(long number, Lsn lsn, Instant committed) {

  private static final byte[] KEY = {'\\', '.'};

  /** The mark of an epoch. */
  public static EpochMark of(Epoch epoch) {
    return new EpochMark(epoch.number(), epoch.lsn(), epoch.committed());
  }

  /** A mark's key. */
  public static byte[] key() {
    return KEY.clone();
  }

  /** Whether a record with this key is a mark. */
  public static boolean isMark(byte[] key) {
    return Arrays.equals(key, KEY);
  }

  /** A mark's value. */
  public byte[] value() {
    return (number + "\t" + lsn + "\t" + committed).getBytes(UTF_8);
  }

  /**
   * Reads a mark's value.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static EpochMark parse(byte[] value) {
    String text = new String(value, UTF_8);
    String[] parts = text.split("\t", -1);
    try {
      if (parts.length != 3) {
        throw new IllegalArgumentException("three fields");
      }
      return new EpochMark(Long.parseLong(parts[0]), Lsn.parse(parts[1]), Instant.parse(parts[2]));
    } catch (IllegalArgumentException | DateTimeParseException e) {
      throw new IllegalArgumentException(
          "the mark of an epoch must be number, LSN and commit time between tabs but was \""
              + text
              + "\"",
          e);
    }
  }
}
