package io.headrace.stage;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/**
 * Which run a process is about, so that its log can be kept where the run is. A run may be part of
 * another: a replay compares, a repair too.
 *
 * @param kind as {@code headrace.run} names it
 * @param id its number there
 */
public record RunMark(String kind, String id) {
  private static final Deque<RunMark> OPEN = new ConcurrentLinkedDeque<>();

  /** From now on the process is about this run. */
  public static void begin(String kind, long id) {
    OPEN.push(new RunMark(kind, Long.toString(id)));
  }

  /** The process is about this run no longer, but about the one that it is a part of. */
  public static void end(String kind, long id) {
    OPEN.remove(new RunMark(kind, Long.toString(id)));
  }

  /** The process is about no run any more. */
  public static void endAll() {
    OPEN.clear();
  }

  /** The innermost run; null when there is none. */
  public static @Nullable RunMark current() {
    return OPEN.peek();
  }
}
