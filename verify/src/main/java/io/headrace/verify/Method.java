package io.headrace.verify;

import io.headrace.stage.Database;
import java.util.Locale;

/** How it is made sure that no row is taken for different only because one side is ahead. */
public sealed interface Method {

  /** Both sides are read at one commit of the source. */
  record Aligned(Aligner aligner) implements Method {}

  /**
   * Each side is read as it is, and what differs is read again until it stands still: the source
   * may be a replica then.
   */
  record Settled(Database source, Database warehouse) implements Method {}

  /** The word that reports and tables use. */
  default String word() {
    return getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }
}
