package io.headrace.capture;

import io.headrace.stage.StageException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * The one place that decides what a failure means: passes by itself, needs other settings, or is
 * the end.
 */
final class Failure {

  /**
   * Invalid authorization, no such database, insufficient privilege. PostgreSQL manual, appendix A.
   */
  private static final Set<String> SETTINGS_STATES = Set.of("28000", "28P01", "3D000", "42501");

  /**
   * Connection trouble, too few resources, stopped by an operator, a server that starts, an object
   * in use.
   */
  private static final Set<String> PASSING_CLASSES = Set.of("08", "53", "57", "55", "58", "40");

  private Failure() {}

  /**
   * Why trying again may help.
   *
   * @throws StageException when it does not
   */
  static String passing(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof StageException known) {
        throw known;
      }
    }
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        return sql(sql);
      }
      if (cause instanceof AuthenticationException || cause instanceof AuthorizationException) {
        throw new StageException(
            StageException.Kind.SETTINGS,
            "Kafka does not let the capture work: " + cause.getMessage(),
            failure);
      }
      if (cause instanceof IOException
          || cause instanceof RetriableException
          || cause instanceof KafkaWriteException
          || (cause instanceof KafkaException && cause.getCause() == null)) {
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
      }
    }
    throw new StageException(
        StageException.Kind.FAILED, "The capture failed: " + message(failure), failure);
  }

  private static String sql(SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    if (SETTINGS_STATES.contains(state)) {
      throw new StageException(
          StageException.Kind.SETTINGS,
          "The source does not let the capture work: " + e.getMessage(),
          e);
    }
    if (!passes(e)) {
      throw new StageException(
          StageException.Kind.FAILED,
          "The source refused the capture's work: " + e.getMessage(),
          e);
    }
    return String.valueOf(e.getMessage());
  }

  /** Whether an error of the source passes by itself. */
  static boolean passes(SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    return state.length() != 5 || PASSING_CLASSES.contains(state.substring(0, 2));
  }

  private static String message(Throwable failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }
}
