package io.headrace.stage;

/**
 * A stage cannot go on. The message is for a person: what could not be done, to which row or
 * server, the rule and the actual value.
 */
public final class StageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;

  public StageException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public StageException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  /** Who can help. */
  public enum Kind {
    /** Settings, rights or SQL must be changed first: exit code 2. */
    SETTINGS,
    /** The work failed: exit code 1. */
    FAILED,
    /**
     * What the stage has made so far cannot be continued; only a replay that makes it anew helps:
     * exit code 1.
     */
    LOST
  }
}
