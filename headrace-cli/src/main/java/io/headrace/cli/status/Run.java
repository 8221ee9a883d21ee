package io.headrace.cli.status;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that was done to the warehouse.
 *
 * @param kind verification, replay, first load, …
 * @param started when it began
 * @param finished null while it is at work, or when it was killed
 * @param state how it is or ended, in a word
 * @param detail more words; may be empty
 */
public record Run(
    String kind, Instant started, @Nullable Instant finished, String state, String detail) {}
