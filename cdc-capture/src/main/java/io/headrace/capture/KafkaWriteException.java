package io.headrace.capture;

/** A record did not reach Kafka; trying again may help. */
final class KafkaWriteException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  KafkaWriteException(String message, Throwable cause) {
    super(message, cause);
  }
}
