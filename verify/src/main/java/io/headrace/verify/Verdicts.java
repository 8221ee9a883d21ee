package io.headrace.verify;

import org.jspecify.annotations.Nullable;

/** Hears how the rows of one table compare. */
interface Verdicts {

  /** Both sides have the same row. */
  void equal();

  /** The sides differ; one that has no such row is null. */
  void differ(@Nullable Row source, @Nullable Row warehouse);
}
