package io.headrace.cli;

import io.headrace.wire.EpochMark;
import io.headrace.wire.Lsn;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** How far the warehouse is. */
final class Progress {
  private final AtomicReference<@Nullable EpochMark> shown = new AtomicReference<>();

  /** The warehouse shows this now. */
  void shows(EpochMark epoch) {
    shown.set(epoch);
  }

  /**
   * Whether the warehouse shows everything that was committed before a place in the source's WAL.
   */
  boolean reached(Lsn place) {
    EpochMark mark = shown.get();
    return mark != null && mark.lsn().compareTo(place) >= 0;
  }

  /** How old the state is that the warehouse shows; null while it shows none. */
  @Nullable Duration age(Instant now) {
    EpochMark mark = shown.get();
    return mark == null ? null : Duration.between(mark.committed(), now);
  }
}
