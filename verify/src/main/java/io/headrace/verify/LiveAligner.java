package io.headrace.verify;

import io.headrace.sink.MergeHold;
import io.headrace.sink.StarPlace;
import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import io.headrace.stage.StageListener;
import io.headrace.wire.CutMessage;
import io.headrace.wire.Epoch;
import io.headrace.wire.EpochMark;
import io.headrace.wire.EpochReader;
import io.headrace.wire.Lsn;
import io.headrace.wire.Topics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.KafkaException;

/**
 * Aligns the databases of a running pipeline: an epoch is cut where a snapshot of the source
 * stands, and the sink is held at that epoch until a snapshot of the warehouse has been opened.
 * That holds the warehouse back for some tenths of a second; the source waits for nothing.
 */
public final class LiveAligner implements Aligner {
  /** A pipeline that is not further behind is held for a moment only. */
  private static final Duration NEAR = Duration.ofSeconds(1);

  private static final Duration ANSWER = Duration.ofSeconds(15);
  private static final Duration POLL = Duration.ofMillis(5);
  private static final Duration EPOCH_POLL = Duration.ofMillis(50);
  private static final Duration TELL = Duration.ofSeconds(5);

  /** Snapshots that fall between two commits that end at once are taken anew. */
  private static final int ATTEMPTS = 50;

  private static final String CANNOT = "Source and warehouse cannot be read at the same commit: ";

  private final Database source;
  private final Database warehouse;
  private final StarPlace place;
  private final String bootstrapServers;
  private final Topics topics;
  private final Duration patience;
  private final StageListener listener;

  /**
   * For the databases and the broker of a running pipeline.
   *
   * @param patience how long a pipeline that is behind is waited for
   */
  public LiveAligner(
      Database source,
      Database warehouse,
      String bootstrapServers,
      Topics topics,
      Duration patience,
      StageListener listener) {
    this(source, warehouse, StarPlace.LIVE, bootstrapServers, topics, patience, listener);
  }

  /**
   * The same for a star that stands elsewhere in the warehouse, and is fed there.
   *
   * @param place where
   */
  public LiveAligner(
      Database source,
      Database warehouse,
      StarPlace place,
      String bootstrapServers,
      Topics topics,
      Duration patience,
      StageListener listener) {
    this.source = source;
    this.warehouse = warehouse;
    this.place = place;
    this.bootstrapServers = bootstrapServers;
    this.topics = topics;
    this.patience = patience;
    this.listener = listener;
  }

  @Override
  public AlignedSnapshots align() {
    try (Connection messages = source.connect("headrace verify");
        EpochReader epochs = EpochReader.fromNow(bootstrapServers, topics, ANSWER)) {
      awaitNear(messages);
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        Optional<AlignedSnapshots> aligned = attempt(messages, epochs);
        if (aligned.isPresent()) {
          return aligned.get();
        }
      }
      throw failed(
          "No snapshot of the source was a state between two of its commits in "
              + ATTEMPTS
              + " attempts, so busy is it. headrace verify --read-from URL compares in the slower way, which needs"
              + " none; URL is that of a replica, or of the source itself");
    } catch (SQLException e) {
      throw failed(String.valueOf(e.getMessage()), e);
    } catch (KafkaException e) {
      throw failed("Kafka at " + bootstrapServers + " does not answer: " + e.getMessage(), e);
    }
  }

  private Optional<AlignedSnapshots> attempt(Connection messages, EpochReader epochs)
      throws SQLException {
    Connection sourceSnapshot = null;
    try (MergeHold hold = MergeHold.acquire(warehouse, place)) {
      String id = UUID.randomUUID().toString();
      emit(messages, new CutMessage.Begin(id));
      sourceSnapshot = begin(source.connect("headrace verify"));
      emit(messages, new CutMessage.End(id, text(sourceSnapshot, "SELECT pg_current_snapshot()")));
      Epoch.Cut cut = answer(epochs, id);
      if (cut.epoch() > 0) {
        hold.until(cut.epoch());
        Connection warehouseSnapshot = awaitEpoch(cut.epoch());
        AlignedSnapshots aligned =
            new OpenSnapshots(sourceSnapshot, warehouseSnapshot, mark(warehouseSnapshot));
        sourceSnapshot = null;
        return Optional.of(aligned);
      }
      return Optional.empty();
    } finally {
      if (sourceSnapshot != null) {
        sourceSnapshot.close();
      }
    }
  }

  /** Holding the merges of a pipeline that is behind would make it later still. */
  private void awaitNear(Connection messages) throws SQLException {
    long deadline = System.nanoTime() + patience.toNanos();
    long told = System.nanoTime();
    try (Connection connection = warehouse.connect("headrace verify")) {
      while (true) {
        long begun = System.nanoTime();
        Lsn target =
            Lsn.parse(text(messages, "SELECT pg_logical_emit_message(true, 'headrace', '')"));
        while (!reached(connection, target)) {
          if (System.nanoTime() > deadline) {
            throw failed(
                "The warehouse has not reached the source's position "
                    + target
                    + " within "
                    + patience.toSeconds()
                    + " seconds; is the pipeline running? It shows "
                    + text(
                        connection,
                        "SELECT coalesce((SELECT lsn::text FROM "
                            + place.own("position")
                            + "), 'nothing')"));
          }
          if (System.nanoTime() - told > TELL.toNanos()) {
            told = System.nanoTime();
            listener.says("Waits for the warehouse, which is behind the source.");
          }
          pause();
        }
        if (System.nanoTime() - begun < NEAR.toNanos()) {
          return;
        }
      }
    }
  }

  private boolean reached(Connection connection, Lsn target) throws SQLException {
    return text(
            connection,
            "SELECT coalesce((SELECT lsn >= '"
                + target
                + "' FROM "
                + place.own("position")
                + "), false)")
        .equals("t");
  }

  private static Epoch.Cut answer(EpochReader epochs, String id) {
    long deadline = System.nanoTime() + ANSWER.toNanos();
    while (System.nanoTime() < deadline) {
      for (Epoch epoch : epochs.next(EPOCH_POLL)) {
        Epoch.Cut cut = epoch.cut();
        if (cut != null && cut.id().equals(id)) {
          return cut;
        }
      }
    }
    throw failed(
        "The capture did not answer within " + ANSWER.toSeconds() + " seconds; is it running?");
  }

  /** A snapshot of the warehouse at an epoch, which merges are held at. */
  private Connection awaitEpoch(long epoch) throws SQLException {
    long deadline = System.nanoTime() + ANSWER.toNanos();
    try (Connection connection = warehouse.connect("headrace verify")) {
      while (shown(connection) < epoch) {
        if (System.nanoTime() > deadline) {
          throw failed(
              "The sink has not reached epoch "
                  + epoch
                  + " within "
                  + ANSWER.toSeconds()
                  + " seconds; is it running, and the transform?");
        }
        pause();
      }
    }
    Connection snapshot = begin(place.connect(warehouse, "headrace verify"));
    long shown = shown(snapshot);
    if (shown != epoch) {
      snapshot.close();
      throw new IllegalStateException(
          "the warehouse was held at epoch " + epoch + " but shows epoch " + shown);
    }
    return snapshot;
  }

  private long shown(Connection connection) throws SQLException {
    return Long.parseLong(text(connection, "SELECT epoch FROM " + place.own("position")));
  }

  private EpochMark mark(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT epoch, lsn, committed FROM " + place.own("position"))) {
      row.next();
      return new EpochMark(
          row.getLong(1),
          Lsn.parse(row.getString(2)),
          row.getObject(3, OffsetDateTime.class).toInstant());
    }
  }

  /** Begins a transaction whose snapshot has been taken. */
  private static Connection begin(Connection connection) throws SQLException {
    try {
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET statement_timeout = 0");
        statement.execute("SET idle_in_transaction_session_timeout = 0");
      }
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setReadOnly(true);
      connection.setAutoCommit(false);
      var unused = text(connection, "SELECT pg_current_snapshot()");
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private static void emit(Connection connection, CutMessage message) throws SQLException {
    try (PreparedStatement emit =
        connection.prepareStatement("SELECT pg_logical_emit_message(true, ?, ?)")) {
      emit.setString(1, CutMessage.PREFIX);
      emit.setString(2, message.content());
      emit.execute();
    }
  }

  private static String text(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("Interrupted", e);
    }
  }

  private static StageException failed(String why) {
    return new StageException(StageException.Kind.FAILED, CANNOT + why);
  }

  private static StageException failed(String why, Exception cause) {
    return new StageException(StageException.Kind.FAILED, CANNOT + why, cause);
  }

  /** Closing one does not keep the other open. */
  private record OpenSnapshots(Connection source, Connection warehouse, EpochMark position)
      implements AlignedSnapshots {
    @Override
    public void close() {
      try (Connection first = source;
          Connection second = warehouse) {
        first.rollback();
        second.rollback();
      } catch (SQLException e) {
        throw failed(String.valueOf(e.getMessage()), e);
      }
    }
  }
}
