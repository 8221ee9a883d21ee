package io.headrace.capture;

import org.jspecify.annotations.Nullable;

/**
 * One reading, between the thread that reads and the one that follows the stream. Its watermarks
 * are known by a token, which is another one each time that it is tried.
 */
final class Reading {
  private final Reread reread;
  private volatile String token = "";
  private volatile Reread.@Nullable Answer answer;

  Reading(Reread reread) {
    this.reread = reread;
  }

  Reread reread() {
    return reread;
  }

  /** It is tried, once more perhaps: the low watermark comes next. */
  void begins(String newToken) {
    answer = null;
    token = newToken;
  }

  /** It is done: the high watermark comes next. */
  void ends(Reread.Answer found) {
    answer = found;
  }

  /** Whether a watermark is its own. */
  boolean owns(String watermark) {
    return watermark.equals(token);
  }

  /** What was read, once the high watermark has come. */
  Reread.Answer answer() {
    return java.util.Objects.requireNonNull(answer, "the high watermark follows the answer");
  }
}
