package io.headrace.transform;

import java.util.concurrent.TimeUnit;

/**
 * When the tasks of one stream thread ask for a commit. One commit serves all tasks of the thread,
 * and a thread that is behind gets on by work, not by commits. Times are in milliseconds, as by
 * {@link #now}.
 */
final class CommitPace {

  /** Between two that are asked for: under load one serves several epochs. */
  private static final long APART = 20;

  /** After a commit a thread that is never idle works for this many times as long. */
  private static final int WORK = 2;

  /**
   * Or for this part of the time that it is behind: the next commit's facts are old in any case.
   */
  private static final int SHARE = 4;

  /** However far behind: the sink can only work on what is committed. */
  private static final long LONGEST = 400;

  /** A pause of this length is idleness, where commits are short. */
  private static final long PAUSE = 3;

  /** On a machine where a commit takes long, a pause is idleness from this part of it on. */
  private static final int PART = 2;

  private long commits;
  private long lasted;
  private long askedAt;
  private long nextAt;
  private long workedAt;
  private long behind;

  /** Milliseconds that never go back, since any moment. */
  static long now() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  /** How many there have been: what was done before the next one is in it. */
  long commits() {
    return commits;
  }

  /** A task of the thread begins a piece of work. */
  void begins(long now) {
    if (now - workedAt >= Math.max(PAUSE, lasted / PART)) {
      nextAt = askedAt + APART;
    }
  }

  /** It has ended. */
  void ended(long now) {
    workedAt = now;
  }

  /** How long ago the capture wrote what the thread works on now; by its clock and ours. */
  void behind(long millis) {
    behind = millis;
  }

  /** The thread has committed. */
  void committed(long began, long now) {
    commits++;
    lasted = now - began;
    workedAt = now;
    nextAt =
        Math.max(askedAt + APART, now + Math.max(WORK * lasted, Math.min(behind / SHARE, LONGEST)));
  }

  /** Whether one may be asked for. */
  boolean due(long now) {
    return now >= nextAt;
  }

  /** One is asked for. */
  void ask(long now) {
    askedAt = now;
    nextAt = now + APART;
  }
}
