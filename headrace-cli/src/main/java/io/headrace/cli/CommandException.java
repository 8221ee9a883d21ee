package io.headrace.cli;

import org.jspecify.annotations.Nullable;

/** A command cannot do its work. The message is for a person. */
final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CommandException(String message) {
    super(message);
  }

  CommandException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
