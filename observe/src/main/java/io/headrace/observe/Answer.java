package io.headrace.observe;

import java.net.SocketTimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a server told, or why it told nothing.
 *
 * @param value null when it told nothing
 * @param trouble null when it told something, and when nobody asked
 * @param reached whether it answered at all: it may have had nothing to tell yet
 */
public record Answer<T>(@Nullable T value, @Nullable String trouble, boolean reached) {

  /** Something that may fail in any way that a server can. */
  interface Question<T> {
    @Nullable T ask() throws Exception;
  }

  /** An answer, or the trouble of one that could not be reached. */
  public Answer(@Nullable T value, @Nullable String trouble) {
    this(value, trouble, value != null);
  }

  /** That of a server which is not asked. */
  static <T> Answer<T> notAsked() {
    return new Answer<>(null, null, false);
  }

  /** Asks; a question that has no answer yet is answered with {@code nothing}. */
  static <T> Answer<T> of(String nothing, Question<T> question) {
    try {
      T value = question.ask();
      return value == null ? new Answer<>(null, nothing, true) : new Answer<>(value, null, true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer<>(null, "interrupted", false);
    } catch (Exception e) {
      return new Answer<>(null, words(e), false);
    }
  }

  private static String words(Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SocketTimeoutException) {
        return "does not answer";
      }
    }
    String message = e.getMessage();
    return message == null ? e.toString() : message.lines().findFirst().orElse("");
  }

  /** What follows from the value; null when there is none. */
  public <R> @Nullable R map(Function<T, @Nullable R> function) {
    return value == null ? null : function.apply(value);
  }
}
