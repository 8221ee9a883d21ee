package io.headrace.sink.mart;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A refresh that was asked for: a row of {@code headrace.mart_refresh}.
 *
 * @param due the moment that it is for
 * @param since when it began to wait
 * @param cutOff up to when the star must be complete; null: it is refreshed as it stands
 * @param attempt from 1
 */
record Refresh(
    long id,
    String mart,
    Trigger trigger,
    Instant due,
    Instant since,
    @Nullable Instant cutOff,
    int attempt) {

  /** Whether it must show the last commit before its cut-off, and none after it. */
  boolean exact(MartRules rules) {
    return rules.cutOff() == CutOff.PREVIOUS_MIDNIGHT
        && (trigger == Trigger.SCHEDULE || trigger == Trigger.CATCH_UP);
  }
}
