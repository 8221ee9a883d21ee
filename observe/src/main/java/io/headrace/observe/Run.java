package io.headrace.observe;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that was done to the warehouse, as {@code headrace.run} tells it.
 *
 * @param kind verify, repair, replay, resync, refresh or first load
 * @param name what it was done to
 * @param trigger who or what began it
 * @param started when it began
 * @param finished null while it is at work, or when it was killed
 * @param state how it is or ended, in a word
 * @param outcome running, good, attention or failed
 * @param detail more words; may be empty
 * @param error what went wrong; null when nothing did
 */
public record Run(
    String kind,
    String name,
    String trigger,
    Instant started,
    @Nullable Instant finished,
    String state,
    String outcome,
    String detail,
    @Nullable String error) {}
