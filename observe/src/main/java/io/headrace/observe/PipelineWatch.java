package io.headrace.observe;

import io.headrace.capture.CaptureState;
import io.headrace.stage.Daemons;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a pipeline every two seconds, in a thread of its own, and keeps what it has seen. A hop
 * that stops is named within 15 seconds: a server that does not answer after at most two seconds
 * until the next look and three of patience, a stage that stands still after six seconds of
 * lateness, two until the next look and three for it.
 */
public final class PipelineWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PipelineWatch.class);
  private static final Duration BETWEEN = Duration.ofSeconds(2);

  /** So late that more is asked, so that two closer looks are there when it is too late. */
  private static final Duration SUSPICIOUS = Duration.ofSeconds(3);

  /** Looks between which a stage that works must have moved: some seconds of work. */
  private static final int COMPARED = 3;

  /** No look is older than this while the watch works. */
  private static final Duration STALE = Duration.ofSeconds(10);

  private final Look look;
  private final Thread thread;
  private final Deque<PipelineState> earlier = new ArrayDeque<>();
  private final List<Consumer<Seen>> listeners = new CopyOnWriteArrayList<>();
  private volatile @Nullable Seen seen;
  private volatile boolean closed;

  /**
   * A look and what follows from it.
   *
   * @param nanos when it ended, as {@link System#nanoTime}
   */
  public record Seen(PipelineState state, List<Trouble> troubles, long nanos) {
    /** How old it is. */
    public Duration age() {
      return Duration.ofNanos(System.nanoTime() - nanos);
    }

    /** Whether it is so old that it says nothing of the present. */
    public boolean stale() {
      return age().compareTo(STALE) > 0;
    }
  }

  private PipelineWatch(Look look) {
    this.look = look;
    thread = Daemons.named("headrace-watch").newThread(this::run);
  }

  /** Begins to look. */
  public static PipelineWatch start(Observed observed) {
    PipelineWatch watch = new PipelineWatch(new Look(observed));
    watch.thread.start();
    return watch;
  }

  /** The last look; null before the first has ended. */
  public @Nullable Seen seen() {
    return seen;
  }

  /** Has somebody told of every look from now on, in the watch's thread. */
  void onLook(Consumer<Seen> listener) {
    listeners.add(listener);
  }

  private void run() {
    try {
      while (!closed) {
        try {
          once();
        } catch (RuntimeException e) {
          LOG.error("The pipeline could not be looked at", e);
        }
        Thread.sleep(BETWEEN.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void once() {
    Seen last = seen;
    PipelineState state = look.state(last != null && suspicious(last));
    PipelineState before = earlier.isEmpty() ? state : earlier.peekFirst();
    earlier.addLast(state);
    if (earlier.size() > COMPARED) {
      earlier.removeFirst();
    }
    List<Trouble> troubles = Diagnosis.of(before, state);
    if (last == null || !events(last.troubles()).equals(events(troubles))) {
      LOG.info("pipeline troubles={}", troubles);
    }
    Seen now = new Seen(state, troubles, System.nanoTime());
    seen = now;
    listeners.forEach(listener -> listener.accept(now));
  }

  /** Troubles that differ in numbers only are one event, and one line in the log. */
  private static List<String> events(List<Trouble> troubles) {
    return troubles.stream().map(t -> t.toString().replaceAll("[0-9.]+", "")).toList();
  }

  private static boolean suspicious(Seen last) {
    return !last.troubles().isEmpty()
        || late(last.state().captureBehind())
        || late(last.state().warehouseBehind())
        || joining(last.state());
  }

  private static boolean joining(PipelineState state) {
    Instant now = state.capture().map(CaptureState::now);
    Instant next =
        state
            .transform()
            .map(transform -> transform.next() == null ? null : transform.next().committed());
    return now != null && next != null && late(Duration.between(next, now));
  }

  private static boolean late(@Nullable Duration behind) {
    return behind != null && behind.compareTo(SUSPICIOUS) > 0;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    look.close();
  }
}
