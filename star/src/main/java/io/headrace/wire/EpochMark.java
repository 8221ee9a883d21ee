package io.headrace.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The record that ends an epoch in a partition of a fact topic: what stands before it, back to the
 * mark before, is what the epoch changed there. Its key is {@code \.}, COPY's end of data, which no
 * row's key can be; its value is number, LSN and commit time between tabs, then those of {@link
 * Passage} where they are known.
 *
 * @param number the epoch's number
 * @param lsn {@link Epoch#lsn}
 * @param committed {@link Epoch#committed}
 * @param passage when the epoch passed the stages; null when that is not known
 */
public record EpochMark(long number, Lsn lsn, Instant committed, @Nullable Passage passage) {

  private static final byte[] KEY = {'\\', '.'};

  /** Fields of a mark without and with its passage. */
  private static final int SHORT = 3;

  private static final int LONG = 6;

  /**
   * When an epoch passed the stages.
   *
   * @param first {@link Epoch.Times#first}
   * @param captured {@link Epoch.Times#written}
   * @param transformed when the transform wrote the mark, by the transform's clock
   */
  public record Passage(Instant first, Instant captured, Instant transformed) {}

  /** A mark whose passage is not known. */
  public EpochMark(long number, Lsn lsn, Instant committed) {
    this(number, lsn, committed, null);
  }

  /** The end of an epoch, wherever it is. */
  public static EpochMark of(Epoch epoch) {
    return new EpochMark(epoch.number(), epoch.lsn(), epoch.committed());
  }

  /** The mark that the transform writes at a moment. */
  public static EpochMark of(Epoch epoch, Instant transformed) {
    Epoch.Times times = epoch.times();
    return new EpochMark(
        epoch.number(),
        epoch.lsn(),
        epoch.committed(),
        times == null ? null : new Passage(times.first(), times.written(), transformed));
  }

  /** A mark's key. */
  public static byte[] key() {
    return KEY.clone();
  }

  /** Whether a record with this key is a mark. */
  public static boolean isMark(byte[] key) {
    return Arrays.equals(key, KEY);
  }

  /** Whether both end the same epoch at the same commit, whenever they were written. */
  public boolean sameEnd(EpochMark other) {
    return number == other.number && lsn.equals(other.lsn) && committed.equals(other.committed);
  }

  /** Of two marks of one epoch the one that was written later. */
  public EpochMark later(EpochMark other) {
    if (passage == null || other.passage == null) {
      return passage == null ? other : this;
    }
    return passage.transformed.isBefore(other.passage.transformed) ? other : this;
  }

  /** A mark's value. */
  public byte[] value() {
    String end = number + "\t" + lsn + "\t" + committed;
    return (passage == null
            ? end
            : String.join(
                "\t",
                end,
                passage.first.toString(),
                passage.captured.toString(),
                passage.transformed.toString()))
        .getBytes(UTF_8);
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
      if (parts.length != SHORT && parts.length != LONG) {
        throw new IllegalArgumentException("three or six fields");
      }
      return new EpochMark(
          Long.parseLong(parts[0]),
          Lsn.parse(parts[1]),
          Instant.parse(parts[2]),
          parts.length == SHORT
              ? null
              : new Passage(
                  Instant.parse(parts[3]), Instant.parse(parts[4]), Instant.parse(parts[5])));
    } catch (IllegalArgumentException | DateTimeParseException e) {
      throw new IllegalArgumentException(
          "the mark of an epoch must be number, LSN and commit time between tabs but was \""
              + text
              + "\"",
          e);
    }
  }
}
