package io.headrace.sink;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A record that was set aside.
 *
 * @param stage {@code transform} or {@code sink}
 * @param offset in Kafka
 * @param epoch that the star showed first without it; null while that is not known
 * @param table of the star for the sink, of the source for the transform
 * @param key in readable form; null where the record tells none
 * @param cause without the row's contents
 * @param sqlState of the warehouse's refusal; null where it was none
 * @param at when it was first seen
 * @param tries how often it was tried
 * @param state {@code waiting}, {@code applied}, {@code replaced} or {@code discarded}
 * @param ended null while it waits
 * @param canBeRetried whether it tells enough to be tried again
 */
public record DeadLetter(
    long id,
    String stage,
    String topic,
    int partition,
    long offset,
    @Nullable Long epoch,
    @Nullable String table,
    @Nullable String key,
    String cause,
    @Nullable String sqlState,
    Instant at,
    int tries,
    Instant lastTried,
    String state,
    @Nullable Instant ended,
    boolean canBeRetried) {

  /** Whether it still waits. */
  public boolean waits() {
    return state.equals("waiting");
  }

  /**
   * What the record holds.
   *
   * @param key as text; null where it has none
   * @param value as text; null where it has none
   */
  public record Contents(@Nullable String key, @Nullable String value) {}
}
