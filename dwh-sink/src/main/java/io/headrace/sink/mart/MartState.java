package io.headrace.sink.mart;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A mart, as it is now.
 *
 * @param mart its name
 * @param declared whether it has a file
 * @param schedule cron; null: only when asked for
 * @param zone whose clock the schedule means; null for one without a file
 * @param cutOff up to when its data must be complete, in the file's words; null without a file
 * @param next when it is due; null when it is not
 * @param atWork the state of a refresh that is not over: waiting or refreshing; null when none is
 * @param refreshed when it was last refreshed; null: never, as far as that is recorded
 * @param completeTo the commit time, by the source's clock, of the commit that it shows; null when
 *     that is not recorded
 */
public record MartState(
    String mart,
    boolean declared,
    @Nullable String schedule,
    @Nullable String zone,
    @Nullable String cutOff,
    @Nullable Instant next,
    @Nullable String atWork,
    @Nullable Instant refreshed,
    @Nullable Instant completeTo) {}
