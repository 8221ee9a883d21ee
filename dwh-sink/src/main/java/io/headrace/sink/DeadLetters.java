package io.headrace.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import io.headrace.wire.DeadLetterRecord;
import io.headrace.wire.RecaptureMessage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The dead letters of a warehouse, for people: looked at, tried again, discarded. */
public final class DeadLetters {
  private static final String COLUMNS =
      "id, stage, topic, partition, kafka_offset, epoch, table_name, key, cause, sqlstate, at, tries,"
          + " last_tried, state, ended, (stage = 'sink' AND sqlstate IS NOT NULL) OR recapture IS NOT NULL";

  /** Who sets records aside. */
  public static final List<String> STAGES =
      List.of(DeadLetterRecord.TRANSFORM, DeadLetterRecord.SINK);

  private static final String EXISTS = "SELECT to_regclass('headrace.dead_letter') IS NOT NULL";

  private final Database warehouse;

  /** Connects for each question anew. */
  public DeadLetters(Database warehouse) {
    this.warehouse = warehouse;
  }

  /**
   * The letters, oldest first; none where there never was a sink.
   *
   * @param ended those too that wait no more
   * @throws StageException when the warehouse does not answer
   */
  public List<DeadLetter> list(boolean ended) {
    return ask(
        "listed",
        connection -> {
          if (!exist(connection)) {
            return List.of();
          }
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT "
                      + COLUMNS
                      + " FROM headrace.dead_letter WHERE ? OR state = 'waiting' ORDER BY id")) {
            select.setBoolean(1, ended);
            List<DeadLetter> letters = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
              while (row.next()) {
                letters.add(letter(row));
              }
            }
            return letters;
          }
        });
  }

  /** How many wait, by the stage that has set them aside; 0 where there never was a sink. */
  public static Map<String, Long> waiting(Connection warehouse) throws SQLException {
    Map<String, Long> waiting = new LinkedHashMap<>();
    STAGES.forEach(stage -> waiting.put(stage, 0L));
    if (!exist(warehouse)) {
      return waiting;
    }
    try (PreparedStatement count =
            warehouse.prepareStatement(
                "SELECT stage, count(*) FROM headrace.dead_letter WHERE state = 'waiting' GROUP BY stage");
        ResultSet row = count.executeQuery()) {
      while (row.next()) {
        waiting.put(row.getString(1), row.getLong(2));
      }
      return waiting;
    }
  }

  private static boolean exist(Connection warehouse) throws SQLException {
    try (PreparedStatement exists = warehouse.prepareStatement(EXISTS);
        ResultSet there = exists.executeQuery()) {
      there.next();
      return there.getBoolean(1);
    }
  }

  /**
   * One letter.
   *
   * @throws StageException when there is none, or the warehouse does not answer
   */
  public DeadLetter show(long id) {
    return ask("shown", connection -> one(connection, id));
  }

  /** What a letter's record holds; as little to be shown as any row of the source. */
  public DeadLetter.Contents contents(long id) {
    return ask(
        "shown",
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT record_key, record_value FROM headrace.dead_letter WHERE id = ?")) {
            select.setLong(1, id);
            try (ResultSet row = select.executeQuery()) {
              if (!row.next()) {
                throw none(id);
              }
              return new DeadLetter.Contents(text(row.getBytes(1)), text(row.getBytes(2)));
            }
          }
        });
  }

  /**
   * Has a letter tried again: one of the sink by the sink, within seconds; one of the transform by
   * asking the capture for its row once more, so that it takes the way of all changes.
   *
   * @param source where the capture hears; null when it cannot be reached
   * @throws StageException when it waits no more, or cannot be tried
   */
  public void retry(long id, @Nullable Database source) {
    DeadLetter letter = show(id);
    mustWait(letter);
    if (!letter.canBeRetried()) {
      throw new StageException(
          StageException.Kind.FAILED,
          "Dead letter "
              + id
              + " cannot be tried again, because its record does not tell whose it is: "
              + letter.cause()
              + ". Discard it, or let it wait.");
    }
    tryAgain(letter, source);
  }

  /**
   * The same for all that wait and can be tried.
   *
   * @return how many
   */
  public int retryAll(@Nullable Database source) {
    int asked = 0;
    for (DeadLetter letter : list(false)) {
      // One may have followed another meanwhile, and wait no more.
      if (letter.canBeRetried() && tryAgain(letter, source)) {
        asked++;
      }
    }
    return asked;
  }

  private boolean tryAgain(DeadLetter letter, @Nullable Database source) {
    long id = letter.id();
    return ask(
        "retried",
        connection -> {
          if (letter.stage().equals("sink")) {
            return update(connection, "retry_wished = true", id);
          }
          if (source == null) {
            throw new StageException(
                StageException.Kind.SETTINGS,
                "Dead letter " + id + " is of the transform: to try it again the source is needed");
          }
          askCapture(source, recapture(connection, id));
          return update(connection, "tries = tries + 1, last_tried = clock_timestamp()", id);
        });
  }

  /**
   * Ends a letter without applying it: the warehouse keeps for that key what it has, which a
   * comparison with the source will tell, until the row changes again.
   *
   * @throws StageException when it waits no more
   */
  public void discard(long id) {
    mustWait(show(id));
    ask(
        "discarded",
        connection ->
            update(
                connection,
                "state = 'discarded', ended = clock_timestamp(), retry_wished = false, published = false",
                id));
  }

  private static void mustWait(DeadLetter letter) {
    if (!letter.waits()) {
      throw new StageException(
          StageException.Kind.FAILED,
          "Dead letter " + letter.id() + " waits no more: it was " + letter.state());
    }
  }

  private static String recapture(Connection connection, long id) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT recapture FROM headrace.dead_letter WHERE id = ?")) {
      select.setLong(1, id);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          throw none(id);
        }
        return row.getString(1);
      }
    }
  }

  private static void askCapture(Database source, String content) {
    RecaptureMessage asked = RecaptureMessage.parse(content);
    String again = new RecaptureMessage(UUID.randomUUID().toString(), asked.tables()).content();
    try (Connection connection = source.connect("headrace dead letters");
        PreparedStatement emit =
            connection.prepareStatement("SELECT pg_logical_emit_message(true, ?, ?)")) {
      emit.setString(1, RecaptureMessage.PREFIX);
      emit.setString(2, again);
      emit.execute();
    } catch (SQLException e) {
      throw new StageException(
          StageException.Kind.FAILED,
          "The source does not take the request to capture a row again: "
              + new SqlFailure(e).sentence(),
          e);
    }
  }

  private static boolean update(Connection connection, String change, long id) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE headrace.dead_letter SET " + change + " WHERE id = ? AND state = 'waiting'")) {
      update.setLong(1, id);
      return update.executeUpdate() > 0;
    }
  }

  private static DeadLetter one(Connection connection, long id) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT " + COLUMNS + " FROM headrace.dead_letter WHERE id = ?")) {
      select.setLong(1, id);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          throw none(id);
        }
        return letter(row);
      }
    }
  }

  private static StageException none(long id) {
    return new StageException(
        StageException.Kind.FAILED, "There is no dead letter " + id + " in this warehouse");
  }

  private static DeadLetter letter(ResultSet row) throws SQLException {
    OffsetDateTime ended = row.getObject(15, OffsetDateTime.class);
    return new DeadLetter(
        row.getLong(1),
        row.getString(2),
        row.getString(3),
        row.getInt(4),
        row.getLong(5),
        row.getObject(6, Long.class),
        row.getString(7),
        row.getString(8),
        row.getString(9),
        row.getString(10),
        instant(row, 11),
        row.getInt(12),
        instant(row, 13),
        row.getString(14),
        ended == null ? null : ended.toInstant(),
        row.getBoolean(16));
  }

  private static Instant instant(ResultSet row, int column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  private static @Nullable String text(byte @Nullable [] bytes) {
    return bytes == null ? null : new String(bytes, UTF_8);
  }

  /** A question to the warehouse. */
  private interface Question<T> {
    T ask(Connection connection) throws SQLException;
  }

  private <T> T ask(String what, Question<T> question) {
    try (Connection connection = warehouse.connect("headrace dead letters")) {
      return question.ask(connection);
    } catch (SQLException e) {
      throw new StageException(
          StageException.Kind.FAILED,
          "The dead letters of "
              + warehouse
              + " cannot be "
              + what
              + ": "
              + new SqlFailure(e).sentence(),
          e);
    }
  }
}
