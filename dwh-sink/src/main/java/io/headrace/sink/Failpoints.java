package io.headrace.sink;

/** Where a test may let the sink fail. */
interface Failpoints {

  /** In a real sink nothing fails here. */
  Failpoints NONE = point -> {};

  /** May throw. */
  void at(Point point);

  /** Places in a merge. */
  enum Point {
    /** All rows are in the stage, or at hand when they are few. */
    AFTER_COPY,
    /** Everything is written. */
    BEFORE_COMMIT,
    /** Committed, and nobody has been told. */
    AFTER_COMMIT
  }
}
