package io.headrace.transform;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headrace.star.SourceTable;
import io.headrace.star.Star;
import io.headrace.wire.DeadLetterRecord;
import io.headrace.wire.DeadLetterRecord.Place;
import io.headrace.wire.RecaptureMessage;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what a task sets aside to the topic of dead letters, and tombstones for what has been
 * replaced, in the transaction of everything else.
 */
final class LetterOutbox {
  private static final Logger LOG = LoggerFactory.getLogger(LetterOutbox.class);

  private final Star star;
  private final TaskLetters waiting;
  private final LetterBudget budget;
  private final ProcessorContext<Object, byte[]> context;

  LetterOutbox(
      Star star,
      TaskLetters waiting,
      LetterBudget budget,
      ProcessorContext<Object, byte[]> context) {
    this.star = star;
    this.waiting = waiting;
    this.budget = budget;
    this.context = context;
  }

  /**
   * A record that no capture has written: it belongs to no epoch, and without it everything is as
   * the source says.
   *
   * @param table whose topic it stands in
   * @param words what to say when it may not be set aside
   */
  void foreign(
      Record<byte[], byte[]> message,
      RecordMetadata from,
      String table,
      BadRecordException cause,
      String words) {
    send(message, from, table, null, cause, null, words);
  }

  /**
   * A record of the capture that cannot be read.
   *
   * @param known whether its key tells which row it is of
   * @param words what to say when it may not be set aside
   */
  void unread(
      int table,
      Record<byte[], byte[]> message,
      RecordMetadata from,
      long epoch,
      boolean known,
      BadRecordException cause,
      String words) {
    SourceTable source = star.sources().get(table);
    String recapture = known ? recapture(source, message.key()) : null;
    send(message, from, source.name().toString(), epoch, cause, recapture, words);
    if (known) {
      Long before = waiting.add(table, message.key(), from.offset());
      if (before != null) {
        end(from, before, "replaced", message.timestamp());
      }
    }
  }

  /** A record that could be read: what waited of its key is over. */
  void read(
      int table,
      Record<byte[], byte[]> message,
      RecordMetadata from,
      Change change,
      boolean again) {
    if (change.kind() == Change.Kind.TRUNCATE) {
      waiting.endAll(table).forEach(offset -> end(from, offset, "replaced", message.timestamp()));
      return;
    }
    Long before = waiting.end(table, message.key());
    if (before != null) {
      end(from, before, again ? "applied" : "replaced", message.timestamp());
    }
  }

  private static String recapture(SourceTable table, byte[] key) {
    String content =
        "{\"id\":\"\",\"tables\":[{\"table\":{\"schema\":"
            + quoted(table.name().schema())
            + ",\"name\":"
            + quoted(table.name().table())
            + "},\"keys\":["
            + new String(key, UTF_8)
            + "]}]}";
    return RecaptureMessage.parse(content).content();
  }

  private static String quoted(String name) {
    return '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private void send(
      Record<byte[], byte[]> message,
      RecordMetadata from,
      String table,
      @Nullable Long epoch,
      BadRecordException cause,
      @Nullable String recapture,
      String words) {
    Place place = place(from, from.offset());
    budget.take(place, words);
    LOG.warn("a record is set aside: {}", words);
    DeadLetterRecord letter =
        new DeadLetterRecord(
            place,
            epoch,
            table,
            star.generation(),
            String.valueOf(cause.getMessage()),
            null,
            Instant.ofEpochMilli(context.currentSystemTimeMs()),
            message.key(),
            message.value(),
            recapture);
    Headers headers = new RecordHeaders(message.headers());
    letter.headers().forEach(headers::add);
    forward(place, letter.recordValue(), message.timestamp(), headers);
  }

  private void end(RecordMetadata from, long offset, String state, long timestamp) {
    Place place = place(from, offset);
    budget.ended(place);
    Headers headers = new RecordHeaders();
    headers.add(DeadLetterRecord.STATE, state.getBytes(UTF_8));
    forward(place, null, timestamp, headers);
  }

  private void forward(Place place, byte @Nullable [] value, long timestamp, Headers headers) {
    context.forward(
        new Record<>(place.recordKey(), value, Math.max(0, timestamp), headers),
        StarTopology.TO_DEAD_LETTERS);
  }

  private static Place place(RecordMetadata from, long offset) {
    return new Place(DeadLetterRecord.TRANSFORM, from.topic(), from.partition(), offset);
  }
}
