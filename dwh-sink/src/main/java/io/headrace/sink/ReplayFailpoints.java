package io.headrace.sink;

/** Where a test may let a replay fail, or look on. */
public interface ReplayFailpoints {

  /** In a real replay nothing fails here. */
  ReplayFailpoints NONE = point -> {};

  /** May throw. */
  void at(Point point);

  /** Places in a replay. */
  enum Point {
    /** The shadow's tables stand, empty. */
    PREPARED,
    /** The shadow has caught up and its marts are filled. */
    FILLED,
    /** All locks are held and all is moved. */
    BEFORE_COMMIT,
    /** The new star is live; the old one is still there. */
    SWAPPED
  }
}
