package io.headrace.sink.mart;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a refresh that was asked for is going.
 *
 * @param state waiting, refreshing, done, failed or cancelled
 * @param rows how many rows the mart has then
 * @param changed how many were written and deleted; null where it was filled anew
 * @param completeTo the commit time, by the source's clock, of the commit that the mart shows
 */
public record RefreshState(
    long id,
    String mart,
    String state,
    boolean incomplete,
    @Nullable Instant completeTo,
    @Nullable Long rows,
    @Nullable Long changed,
    @Nullable String error) {

  /** Whether nothing more comes of it. */
  public boolean over() {
    return !waits() && !state.equals("refreshing");
  }

  /** Whether it has not begun. */
  public boolean waits() {
    return state.equals("waiting");
  }
}
