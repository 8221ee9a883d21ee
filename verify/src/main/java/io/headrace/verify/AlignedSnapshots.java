package io.headrace.verify;

import io.headrace.wire.EpochMark;
import java.sql.Connection;

/**
 * The source and the warehouse as they were right after the same commit of the source. Both
 * connections are in a transaction, REPEATABLE READ READ ONLY, whose snapshot is taken; how values
 * print is not yet decided in them.
 */
public interface AlignedSnapshots extends AutoCloseable {

  /** The source; for reading only, not to be committed. */
  Connection source();

  /** The warehouse; for reading only, not to be committed. */
  Connection warehouse();

  /** The commit that both show. */
  EpochMark position();

  /** Ends both transactions. */
  @Override
  void close();
}
