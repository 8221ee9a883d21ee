package io.headrace.transform;

import io.headrace.stage.StageException;
import io.headrace.stage.StageException.Kind;
import java.nio.file.Path;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.TaskCorruptedException;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.jspecify.annotations.Nullable;

/** The one place that decides whether a failure passes by itself. */
final class Failures {

  private Failures() {}

  /**
   * What the failure means for the stage; null where a new thread can go on: nothing was committed
   * of what failed.
   */
  static @Nullable StageException fatal(Throwable failure, Path stateDirectory) {
    StageException stage = find(failure, StageException.class);
    if (stage != null) {
      return stage;
    }
    String message = rootMessage(failure);
    if (find(failure, InvalidOffsetException.class) != null) {
      return lost(
          "records that the transform has not read yet are gone from Kafka, or the topic was made anew: "
              + message,
          failure);
    }
    if (find(failure, MissingSourceTopicException.class) != null) {
      return lost("a topic that the transform reads is gone: " + message, failure);
    }
    if (find(failure, AuthorizationException.class) != null
        || find(failure, AuthenticationException.class) != null) {
      return new StageException(Kind.SETTINGS, "Kafka refuses the transform: " + message, failure);
    }
    if (find(failure, RecordTooLargeException.class) != null) {
      return failed(
          "a row is too large for Kafka; a fact or parent row may have "
              + StreamsSettings.LONGEST_RECORD_BYTES
              + " bytes at most: "
              + message,
          failure);
    }
    if (passes(failure)) {
      return null;
    }
    if (find(failure, ProcessorStateException.class) != null) {
      return failed("cannot use the state in " + stateDirectory + ": " + message, failure);
    }
    return failed("the transform failed: " + message, failure);
  }

  private static boolean passes(Throwable failure) {
    return find(failure, RetriableException.class) != null
        || find(failure, ProducerFencedException.class) != null
        || find(failure, InvalidProducerEpochException.class) != null
        || find(failure, TaskMigratedException.class) != null
        || find(failure, TaskCorruptedException.class) != null
        || isOfKafka(failure);
  }

  /**
   * An answer of a broker, not a bug of ours: fenced instances, a coordinator that has moved and
   * the like.
   */
  private static boolean isOfKafka(Throwable failure) {
    Throwable root = root(failure);
    return root instanceof ApiException
        || root instanceof KafkaException && !(root instanceof StreamsException);
  }

  private static StageException lost(String message, Throwable cause) {
    return new StageException(
        Kind.LOST,
        message
            + "; when the capture has captured its table again, the facts must be joined anew from the topics: run"
            + " ./headrace replay --rejoin",
        cause);
  }

  private static StageException failed(String message, Throwable cause) {
    return new StageException(Kind.FAILED, message, cause);
  }

  private static <T extends Throwable> @Nullable T find(Throwable failure, Class<T> type) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return type.cast(t);
      }
    }
    return null;
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  static String rootMessage(Throwable failure) {
    Throwable root = root(failure);
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }
}
