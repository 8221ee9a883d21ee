package io.headrace.star;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name under which a star's facts are in Kafka and in the warehouse: that of its definition,
 * and behind an {@code r} for the how manieth time it was joined, from the second on. No name is
 * the beginning of another one's topics, so that each can be taken away by itself.
 *
 * @param definition {@link Star#generation} as it was compiled
 * @param time 1 for the first
 */
public record GenerationName(String definition, int time) {
  private static final Pattern AGAIN = Pattern.compile("([0-9a-f]+)r([0-9]{1,9})");

  /** Reads one. */
  public static GenerationName parse(String name) {
    Matcher again = AGAIN.matcher(name);
    return again.matches()
        ? new GenerationName(again.group(1), Integer.parseInt(again.group(2)))
        : new GenerationName(name, 1);
  }

  /** Joined once more. */
  public GenerationName next() {
    return new GenerationName(definition, time + 1);
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return time == 1 ? definition : definition + "r" + time;
  }
}
