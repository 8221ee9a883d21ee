package io.headrace.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record of the topic of dead letters. Its key tells where the record stood that was set aside,
 * its value is that record's value, its headers tell the rest, in the manner of Kafka Connect's
 * dead letter queues; a tombstone says that the letter waits no more.
 *
 * @param place which record
 * @param epoch that was first shown without it; null while that is not known
 * @param table whose record it is
 * @param generation the definition of the star
 * @param cause why it was set aside
 * @param sqlState of the warehouse's refusal; null where it was none
 * @param time when
 * @param key the record's key; null where it has none
 * @param value the record's value; null where it has none
 * @param recapture a {@link RecaptureMessage} that has the row sent again; null where nobody knows
 *     which
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record DeadLetterRecord(
    Place place,
    @Nullable Long epoch,
    String table,
    String generation,
    String cause,
    @Nullable String sqlState,
    Instant time,
    byte @Nullable [] key,
    byte @Nullable [] value,
    @Nullable String recapture) {

  /** The stage that sets aside what is no record of the source's tables. */
  public static final String TRANSFORM = "transform";

  /** The stage that sets aside what the warehouse refuses. */
  public static final String SINK = "sink";

  /** How many partitions the topic has: letters are few, and so they have one order. */
  public static final int PARTITIONS = 1;

  /** The topic's settings: what waits stays, what has ended goes after a week. */
  public static final Map<String, String> TOPIC_CONFIG =
      Map.of(
          "cleanup.policy", "compact",
          "delete.retention.ms", "604800000",
          "message.timestamp.type", "CreateTime");

  /** In a tombstone: how the letter ended. */
  public static final String STATE = "headrace.errors.state";

  private static final String PREFIX = "headrace.errors.";
  private static final String EPOCH = PREFIX + "epoch";
  private static final String TABLE = PREFIX + "table";
  private static final String GENERATION = PREFIX + "generation";
  private static final String CAUSE = PREFIX + "cause";
  private static final String SQLSTATE = PREFIX + "sqlstate";
  private static final String TIME = PREFIX + "time";
  private static final String KEY = PREFIX + "key";
  private static final String NO_VALUE = PREFIX + "tombstone";
  private static final String RECAPTURE = PREFIX + "recapture";
  private static final byte[] NOTHING = {};

  /**
   * Where a record stood that was set aside.
   *
   * @param stage which stage has set it aside
   */
  public record Place(String stage, String topic, int partition, long offset) {

    /** The key in the topic of dead letters. */
    public byte[] recordKey() {
      return (stage + "|" + topic + "|" + partition + "|" + offset).getBytes(UTF_8);
    }

    /**
     * Reads a key.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static Place parse(byte @Nullable [] recordKey) {
      String text = recordKey == null ? "" : new String(recordKey, UTF_8);
      String[] parts = text.split("\\|", -1);
      if (parts.length != 4) {
        throw new IllegalArgumentException("no place of a dead letter: " + text);
      }
      return new Place(parts[0], parts[1], Integer.parseInt(parts[2]), Long.parseLong(parts[3]));
    }
  }

  /**
   * What the value of the record is in the topic of dead letters, where null would mean its end.
   */
  public byte[] recordValue() {
    return value == null ? NOTHING : value;
  }

  /** The headers, in their order. */
  public Map<String, byte[]> headers() {
    Map<String, byte[]> headers = new LinkedHashMap<>();
    text(headers, PREFIX + "stage", place.stage());
    text(headers, PREFIX + "topic", place.topic());
    text(headers, PREFIX + "partition", Integer.toString(place.partition()));
    text(headers, PREFIX + "offset", Long.toString(place.offset()));
    text(headers, EPOCH, epoch == null ? null : Long.toString(epoch));
    text(headers, TABLE, table);
    text(headers, GENERATION, generation);
    text(headers, CAUSE, cause);
    text(headers, SQLSTATE, sqlState);
    text(headers, TIME, time.toString());
    text(headers, RECAPTURE, recapture);
    if (key != null) {
      headers.put(KEY, key);
    }
    if (value == null) {
      headers.put(NO_VALUE, NOTHING);
    }
    return headers;
  }

  private static void text(Map<String, byte[]> headers, String name, @Nullable String value) {
    if (value != null) {
      headers.put(name, value.getBytes(UTF_8));
    }
  }

  /**
   * Reads a record.
   *
   * @throws IllegalArgumentException when it is none, saying what is wrong
   */
  public static DeadLetterRecord parse(
      byte @Nullable [] recordKey, byte[] recordValue, Map<String, byte[]> headers) {
    String epoch = text(headers, EPOCH);
    try {
      return new DeadLetterRecord(
          Place.parse(recordKey),
          epoch == null ? null : Long.valueOf(epoch),
          required(headers, TABLE),
          required(headers, GENERATION),
          required(headers, CAUSE),
          text(headers, SQLSTATE),
          Instant.parse(required(headers, TIME)),
          headers.get(KEY),
          headers.containsKey(NO_VALUE) ? null : recordValue,
          text(headers, RECAPTURE));
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static @Nullable String text(Map<String, byte[]> headers, String name) {
    byte[] value = headers.get(name);
    return value == null ? null : new String(value, UTF_8);
  }

  private static String required(Map<String, byte[]> headers, String name) {
    String value = text(headers, name);
    if (value == null) {
      throw new IllegalArgumentException("a dead letter must have the header " + name);
    }
    return value;
  }
}
