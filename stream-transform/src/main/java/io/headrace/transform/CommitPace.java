package io.headrace.transform;

/**
 * When the tasks of one stream thread ask for a commit. One commit serves all tasks of the thread,
 * and a thread that is behind gets on by work, not by commits. Times are in milliseconds.
 */
final class CommitPace {

  /** Between two that are asked for: under load one serves several epochs. */
  private static final long APART = 20;

  /** After a commit a thread that is never idle works for this many times as long. */
  private static final int WORK = 2;

  /** The first pause of this length after asking is the commit; another one is idleness. */
  private static final long PAUSE = 3;

  private long asked;
  private boolean asking;
  private long askedAt;
  private long nextAt;
  private long workedAt;

  /** How many have been asked for: what was done before the next one is in it. */
  long asked() {
    return asked;
  }

  /** A task of the thread begins a piece of work. */
  void begins(long now) {
    long pause = now - workedAt;
    if (pause < PAUSE) {
      return;
    }
    nextAt = askedAt + APART;
    if (asking) {
      asking = false;
      nextAt = Math.max(nextAt, now + WORK * pause);
    }
  }

  /** It has ended. */
  void ended(long now) {
    workedAt = now;
  }

  /** Whether one may be asked for. */
  boolean due(long now) {
    return now >= nextAt;
  }

  /** One is asked for. */
  void ask(long now) {
    asked++;
    asking = true;
    askedAt = now;
    nextAt = now + APART;
  }
}
