package io.headrace.star;

import java.sql.SQLException;

/** A database does not answer the compiler. Not a problem of the star: its text may be right. */
public final class CatalogException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final SQLException sqlException;

  /**
   * A failure.
   *
   * @param what what could not be done
   * @param cause what the database said
   */
  public CatalogException(String what, SQLException cause) {
    super(what + ": " + cause.getMessage(), cause);
    this.sqlException = cause;
  }

  /** What the database said. */
  public SQLException sqlException() {
    return sqlException;
  }
}
