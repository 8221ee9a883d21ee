package io.headrace.transform;

import io.headrace.stage.StageException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownMemberIdException;

/** Waits for what a broker was asked for. */
final class Broker {

  private Broker() {}

  /** A broker that is away, or a state that passes: worth another try. */
  static final class AwayException extends Exception {
    private static final long serialVersionUID = 1L;

    AwayException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * The answer. A group that still has members, perhaps dead ones, refuses offsets by {@link
   * UnknownMemberIdException}; that passes when their session ends.
   *
   * @param what for the message: "create topic x"
   * @throws AwayException when asking again may help
   * @throws StageException when not
   */
  static <T> T answer(String what, KafkaFuture<T> future) throws AwayException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof RetriableException || cause instanceof UnknownMemberIdException) {
        throw new AwayException("cannot " + what + ": " + cause.getMessage(), cause);
      }
      throw new StageException(
          StageException.Kind.FAILED, "cannot " + what + ": " + cause.getMessage(), cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StageException(StageException.Kind.FAILED, "cannot " + what + ": interrupted", e);
    }
  }
}
