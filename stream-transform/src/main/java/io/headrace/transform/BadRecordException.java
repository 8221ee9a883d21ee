package io.headrace.transform;

/** A record is not what its topic promises. The message says the rule and the actual value. */
final class BadRecordException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadRecordException(String message) {
    super(message);
  }
}
