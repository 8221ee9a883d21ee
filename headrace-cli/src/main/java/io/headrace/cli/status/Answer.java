package io.headrace.cli.status;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a server told, or why it told nothing.
 *
 * @param value null when it told nothing
 * @param trouble null when it told something
 */
public record Answer<T>(@Nullable T value, @Nullable String trouble) {

  /** Something that may fail in any way that a server can. */
  interface Question<T> {
    @Nullable T ask() throws Exception;
  }

  /** Asks; a question that has no answer yet is answered with {@code nothing}. */
  static <T> Answer<T> of(String nothing, Question<T> question) {
    try {
      T value = question.ask();
      return value == null ? new Answer<>(null, nothing) : new Answer<>(value, null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer<>(null, "interrupted");
    } catch (Exception e) {
      String message = e.getMessage();
      return new Answer<>(
          null, message == null ? e.toString() : message.lines().findFirst().orElse(""));
    }
  }

  /** What follows from the value; null when there is none. */
  <R> @Nullable R map(Function<T, @Nullable R> function) {
    return value == null ? null : function.apply(value);
  }
}
