package io.headrace.verify;

import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import io.headrace.wire.Epoch;
import io.headrace.wire.EpochReader;
import io.headrace.wire.RecaptureMessage;
import io.headrace.wire.Rereads;
import io.headrace.wire.Topics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.KafkaException;

/**
 * Asks through a message in the source's write-ahead log, where the capture finds it among the
 * changes, and hears of it from the epochs topic.
 */
public final class LogRecapture implements Recapture {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration ANSWER = Duration.ofSeconds(10);

  /**
   * A request that is not answered for so long is made again: a capture that was killed may have
   * forgotten it. That is harmless, but not to be done for ever, because a capture lets few wait.
   */
  private static final Duration ASK_AGAIN = Duration.ofSeconds(10);

  private static final int MOST_ASKED = 3;

  private final Connection source;
  private final Map<String, RecaptureMessage> asked = new LinkedHashMap<>();
  private final EpochReader epochs;
  private final BooleanSupplier stopped;

  private LogRecapture(Connection source, EpochReader epochs, BooleanSupplier stopped) {
    this.source = source;
    this.epochs = epochs;
    this.stopped = stopped;
  }

  /**
   * Listens to the epochs from now on.
   *
   * @param stopped whether the user wants to end before the end
   */
  public static LogRecapture open(
      Database source, String bootstrapServers, Topics topics, BooleanSupplier stopped) {
    EpochReader epochs = null;
    try {
      epochs = EpochReader.fromNow(bootstrapServers, topics, ANSWER);
      return new LogRecapture(source.connect("headrace repair"), epochs, stopped);
    } catch (KafkaException | SQLException e) {
      if (epochs != null) {
        epochs.close();
      }
      throw new StageException(
          StageException.Kind.FAILED,
          "The source "
              + source
              + " and Kafka at "
              + bootstrapServers
              + " must both answer: "
              + e.getMessage(),
          e);
    }
  }

  @Override
  public void ask(RecaptureMessage request) {
    asked.put(request.id(), request);
    emit(request);
  }

  private void emit(RecaptureMessage request) {
    try (PreparedStatement statement =
        source.prepareStatement("SELECT pg_logical_emit_message(true, ?, ?)")) {
      statement.setString(1, RecaptureMessage.PREFIX);
      statement.setString(2, request.content());
      statement.execute();
    } catch (SQLException e) {
      throw new StageException(
          StageException.Kind.FAILED,
          "The source does not take the request to capture rows again: " + e.getMessage(),
          e);
    }
  }

  @Override
  public long await(Set<String> requests, Duration patience) {
    Set<String> open = new HashSet<>(requests);
    long began = System.nanoTime();
    long last = -1;
    int times = 1;
    while (!open.isEmpty()) {
      for (Epoch epoch : epochs.next(POLL)) {
        throwIfRefused(epoch.rereads(), open);
        if (open.removeAll(epoch.rereads().recaptured())) {
          last = epoch.number();
          began = System.nanoTime();
          times = 1;
        }
      }
      if (stopped.getAsBoolean()) {
        throw new StageException(StageException.Kind.FAILED, "Stopped before the end.");
      }
      long silent = System.nanoTime() - began;
      if (times < MOST_ASKED && silent > ASK_AGAIN.toNanos() * times) {
        times++;
        open.forEach(id -> emit(Objects.requireNonNull(asked.get(id), id)));
      }
      if (silent > patience.toNanos()) {
        throw new StageException(
            StageException.Kind.FAILED,
            "The capture must answer each request to capture rows again within "
                + patience.toSeconds()
                + " s, but "
                + open.size()
                + " of "
                + requests.size()
                + " are open: is it running, and of this version?");
      }
    }
    return last;
  }

  private static void throwIfRefused(Rereads told, Set<String> open) {
    told.refused()
        .forEach(
            (id, why) -> {
              if (open.contains(id)) {
                throw new StageException(
                    StageException.Kind.FAILED,
                    "The capture refuses to capture rows again: " + why);
              }
            });
  }

  @Override
  public void close() {
    epochs.close();
    try {
      source.close();
    } catch (SQLException e) {
      throw new StageException(
          StageException.Kind.FAILED, "The source cannot be left: " + e.getMessage(), e);
    }
  }
}
