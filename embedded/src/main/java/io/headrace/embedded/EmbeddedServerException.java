package io.headrace.embedded;

import org.jspecify.annotations.Nullable;

/**
 * An embedded server could not start. The message is for a person: what failed, the rule and the
 * actual value.
 */
public final class EmbeddedServerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EmbeddedServerException(String message) {
    super(message);
  }

  EmbeddedServerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
