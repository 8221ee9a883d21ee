package io.headrace.console;

/** The console cannot be had; the message is for a person. */
public final class ConsoleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ConsoleException(String message, Throwable cause) {
    super(message, cause);
  }
}
