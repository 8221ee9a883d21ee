package io.headrace.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headrace.stage.StageException;
import io.headrace.wire.Lsn;
import java.time.Clock;
import java.time.Instant;

/**
 * Turns what the stream says of rows into records of the tables' topics: Debezium's envelopes,
 * written straight from the texts that PostgreSQL has sent. Used by one thread.
 */
final class ChangeRoutes {

  /** Stands for a long value that an UPDATE left out and that the star does not read. */
  static final byte[] LEFT_OUT = "\"__debezium_unavailable_value\"".getBytes(UTF_8);

  private static final byte[] BEFORE = "{\"before\":".getBytes(UTF_8);
  private static final byte[] AFTER = ",\"after\":".getBytes(UTF_8);

  private final Relations relations;
  private final EpochWriter writer;
  private final Recaptures recaptures;
  private final Clock clock;
  private final JsonBuffer json = new JsonBuffer();
  private final Tuple newRow = new Tuple();
  private final Tuple oldRow = new Tuple();
  private SourceTransaction transaction;
  private long number;
  private Instant committed = Instant.EPOCH;
  private Lsn commitBefore;
  private long order;
  private byte[] written = new byte[0];

  /**
   * For the stream from a position on.
   *
   * @param position the end of a commit
   */
  ChangeRoutes(
      Relations relations, Lsn position, EpochWriter writer, Recaptures recaptures, Clock clock) {
    this.commitBefore = position;
    this.relations = relations;
    this.writer = writer;
    this.recaptures = recaptures;
    this.clock = clock;
    this.transaction = SourceTransaction.none(Instant.EPOCH);
  }

  /**
   * A transaction begins.
   *
   * @param number see {@link SourceMessage#transaction}
   */
  void began(long number, Instant committed) {
    this.number = number;
    this.committed = committed;
    transaction = SourceTransaction.of(number, committed, commitBefore);
    order = 0;
  }

  /** A transaction has ended with a commit there. */
  void ended(Lsn commit) {
    commitBefore = commit;
  }

  /** Sends what {@link PackedRows} hold. */
  void send(byte[] packed) {
    written = EnvelopeEnd.written(clock.instant());
    PackedRows.forEach(packed, this::send);
  }

  private void send(long lsn, PgOutput message) {
    byte type = message.int8();
    switch (type) {
      case 'R' -> relations.describe(message);
      case 'O' -> {
        long originLsn = message.int64();
        transaction =
            SourceTransaction.of(number, committed, commitBefore, message.text(), originLsn);
      }
      case 'T' -> truncate(lsn, message);
      default -> {
        Relation relation = relations.get(message.int32());
        if (relation != null) {
          change(type, relation, lsn, message);
        }
      }
    }
  }

  private void change(byte type, Relation relation, long lsn, PgOutput message) {
    byte part = message.int8();
    boolean old = part != 'N';
    if (old) {
      oldRow.read(message);
    }
    if (type == 'D') {
      delete(relation, lsn);
      return;
    }
    if (old) {
      message.int8();
    }
    newRow.read(message);
    if (old) {
      newRow.complete(oldRow);
    }
    checkWhole(relation);
    if (type == 'I') {
      upsert(relation, lsn, 'c', false);
    } else if (!old || relation.sameKey(newRow, oldRow)) {
      upsert(relation, lsn, 'u', old);
    } else {
      delete(relation, lsn);
      upsert(relation, lsn, 'c', false);
    }
  }

  private void upsert(Relation relation, long lsn, char operation, boolean old) {
    byte[] key = relation.key(json, newRow);
    json.clear();
    json.raw(BEFORE);
    if (old) {
      relation.row(json, oldRow);
    } else {
      json.nul();
    }
    json.raw(AFTER);
    relation.row(json, newRow);
    end(relation, lsn, operation);
    send(relation, key);
  }

  private void delete(Relation relation, long lsn) {
    byte[] key = relation.key(json, oldRow);
    json.clear();
    json.raw(BEFORE);
    relation.row(json, oldRow);
    json.raw(AFTER);
    json.nul();
    end(relation, lsn, 'd');
    send(relation, key);
    writer.send(relation.table().topic(), key, null);
  }

  private void truncate(long lsn, PgOutput message) {
    int tables = message.int32();
    message.int8(); // CASCADE and RESTART IDENTITY
    for (int i = 0; i < tables; i++) {
      Relation relation = relations.get(message.int32());
      if (relation != null) {
        String topic = relation.table().topic();
        recaptures.truncated(topic);
        json.clear();
        json.raw(BEFORE);
        json.nul();
        json.raw(AFTER);
        json.nul();
        end(relation, lsn, 't');
        writer.broadcast(topic, relation.truncateKey(), json.copy());
      }
    }
  }

  private void end(Relation relation, long lsn, char operation) {
    relation
        .end()
        .append(
            json,
            transaction,
            lsn,
            ++order,
            relation.order().next(transaction),
            operation,
            written);
  }

  private void send(Relation relation, byte[] key) {
    String topic = relation.table().topic();
    writer.send(topic, key, json.copy(), recaptures.changed(topic, key));
  }

  private void checkWhole(Relation relation) {
    for (int i = 0; i < newRow.columns(); i++) {
      if (newRow.isLeftOut(i)) {
        String column = relation.columns().get(i);
        if (relation.table().needed().contains(column)
            || relation.table().keyNames().contains(column)) {
          throw leftOut(relation, column);
        }
      }
    }
  }

  private StageException leftOut(Relation relation, String column) {
    CapturedTable table = relation.table();
    return new StageException(
        StageException.Kind.FAILED,
        "PostgreSQL left out the unchanged long value of "
            + table.name()
            + "."
            + column
            + " in the row "
            + new String(relation.key(json, newRow), UTF_8)
            + ". The table must have REPLICA IDENTITY FULL, and had not when the row was changed: ALTER TABLE "
            + table.name().quoted()
            + " REPLICA IDENTITY FULL; then run once with --resnapshot.");
  }
}
