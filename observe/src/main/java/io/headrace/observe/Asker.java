package io.headrace.observe;

import io.headrace.observe.Answer.Question;
import io.headrace.stage.Daemons;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks one server one question again and again, in a thread of its own, and never waits longer than
 * it is told: while a question is not answered no other is asked, so a server that stands still
 * keeps one thread and no more. For one caller.
 */
final class Asker<T> implements AutoCloseable {
  private final String nothing;
  private final Question<T> question;
  private final ExecutorService thread;
  private @Nullable CompletableFuture<Answer<T>> asked;
  private long askedNanos;

  /**
   * An asker.
   *
   * @param name of its thread
   * @param nothing what it means that the server has nothing to tell yet
   */
  Asker(String name, String nothing, Question<T> question) {
    this.nothing = nothing;
    this.question = question;
    thread = Executors.newSingleThreadExecutor(Daemons.named("headrace-look-" + name));
  }

  /** Asks, unless the last question is still open. */
  void ask() {
    if (asked == null) {
      askedNanos = System.nanoTime();
      asked = CompletableFuture.supplyAsync(() -> Answer.of(nothing, question), thread);
    }
  }

  /**
   * The answer.
   *
   * @param deadline until when it is waited for, as {@link System#nanoTime}
   */
  Answer<T> answer(long deadline) {
    CompletableFuture<Answer<T>> open = asked;
    if (open == null) {
      return Answer.notAsked();
    }
    try {
      Answer<T> answer = open.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      asked = null;
      return answer;
    } catch (TimeoutException e) {
      long seconds = Duration.ofNanos(System.nanoTime() - askedNanos).toSeconds();
      return new Answer<>(null, "has not answered for " + seconds + " s", false);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer<>(null, "interrupted", false);
    } catch (ExecutionException e) {
      throw new IllegalStateException("an answer cannot fail", e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
