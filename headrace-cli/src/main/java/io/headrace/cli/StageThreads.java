package io.headrace.cli;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that goes on until it is closed, each piece on a thread of its own. When one fails, all end.
 */
final class StageThreads implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StageThreads.class);
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(5);

  private final Deque<Running> running = new ArrayDeque<>();
  private final CompletableFuture<Void> firstEnd = new CompletableFuture<>();

  private record Running(String name, AutoCloseable work, CompletableFuture<Void> end) {}

  /**
   * Starts a piece of work. Pieces are closed in the reverse order of their start.
   *
   * @param work closing it makes {@code run} return
   */
  void start(String name, Runnable run, AutoCloseable work) {
    CompletableFuture<Void> end = new CompletableFuture<>();
    running.push(new Running(name, work, end));
    Thread thread =
        new Thread(
            () -> {
              try {
                run.run();
                end.complete(null);
                firstEnd.complete(null);
              } catch (Throwable failure) {
                end.complete(null);
                firstEnd.completeExceptionally(failure);
              }
            },
            name);
    thread.start();
  }

  /** Something that has threads of its own; it is closed before whatever was started earlier. */
  void closeFirst(AutoCloseable work) {
    running.push(new Running("console", work, CompletableFuture.completedFuture(null)));
  }

  /**
   * Throws what made a piece of work fail, if one did.
   *
   * @throws CommandException when one has ended although nobody asked it to
   */
  void check() {
    if (!firstEnd.isDone()) {
      return;
    }
    try {
      firstEnd.get();
      throw new CommandException("A stage has ended by itself; see the log.");
    } catch (ExecutionException e) {
      throw unchecked(requireNonNull(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    while (!running.isEmpty()) {
      close(running.pop());
    }
  }

  private static void close(Running piece) {
    try {
      piece.work().close();
      piece.end().get(ENDS_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      log.warn("work did not end in time name={} patience={}", piece.name(), ENDS_WITHIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      log.warn("work did not end well name={}", piece.name(), e);
    }
  }

  private static RuntimeException unchecked(Throwable failure) {
    if (failure instanceof RuntimeException unchecked) {
      return unchecked;
    }
    if (failure instanceof Error error) {
      throw error;
    }
    return new CommandException("A stage failed: " + failure, failure);
  }
}
