package io.headrace.observe;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code headrace.run}.
 *
 * @param kind refresh, verify, replay, …
 * @param id its number or name among those of its kind
 * @param name what it is about
 * @param trigger why it was begun
 * @param started when it began, or began to wait
 * @param finished null while it is at work, or when it was killed
 * @param state how it is or ended, in words
 * @param outcome running, good, attention or failed
 * @param detail more words; null for none
 * @param error what went wrong; null for nothing
 */
public record RecordedRun(
    String kind,
    String id,
    String name,
    String trigger,
    Instant started,
    @Nullable Instant finished,
    String state,
    String outcome,
    @Nullable String detail,
    @Nullable String error) {}
