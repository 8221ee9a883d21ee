package io.headrace.observe;

import org.jspecify.annotations.Nullable;

/**
 * What the warehouse's server does for the sink just now.
 *
 * @param words in words; null when nothing, or when it waits for the sink's rows
 * @param staged how far rows are being staged: another one as long as they come; null when none are
 */
public record SinkWork(@Nullable String words, @Nullable String staged) {
  /** Nothing. */
  public static final SinkWork NONE = new SinkWork(null, null);
}
