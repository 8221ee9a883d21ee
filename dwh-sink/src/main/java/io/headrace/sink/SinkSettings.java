package io.headrace.sink;

import io.headrace.stage.Database;
import io.headrace.wire.Topics;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the sink.
 *
 * @param warehouse where the star is
 * @param source whose clock is compared with the warehouse's; nothing else is asked there. Null:
 *     how old the star is cannot be told
 * @param bootstrapServers the Kafka brokers, {@code host:port,…}
 * @param topics the topics' names
 * @param place where in the warehouse
 * @param replaces the one other definition whose star may be replaced in place; null: whichever
 *     stands there
 * @param until the one epoch that is to be shown, of fact topics that begin with it; null: every
 *     one that comes
 * @param deadLetterLimit how many dead letters of the sink may wait before it stops; with 0 it
 *     stops at the first
 * @param refill fill the star anew from what Kafka has, wherever the warehouse stands
 */
public record SinkSettings(
    Database warehouse,
    @Nullable Database source,
    String bootstrapServers,
    Topics topics,
    StarPlace place,
    @Nullable String replaces,
    @Nullable Long until,
    int deadLetterLimit,
    boolean refill) {
  /** How many dead letters of a stage may wait where nothing else is said. */
  public static final int DEAD_LETTER_LIMIT = 100;

  /** For a star of which nobody asks how old it is. */
  public SinkSettings(
      Database warehouse,
      String bootstrapServers,
      Topics topics,
      StarPlace place,
      @Nullable String replaces,
      @Nullable Long until) {
    this(
        warehouse,
        null,
        bootstrapServers,
        topics,
        place,
        replaces,
        until,
        DEAD_LETTER_LIMIT,
        false);
  }

  /** For a star that follows the source. */
  public SinkSettings(
      Database warehouse,
      String bootstrapServers,
      Topics topics,
      StarPlace place,
      @Nullable String replaces) {
    this(warehouse, bootstrapServers, topics, place, replaces, null);
  }

  /** For the star that everybody reads, and how old it is. */
  public static SinkSettings live(
      Database warehouse,
      Database source,
      String bootstrapServers,
      Topics topics,
      @Nullable String replaces) {
    return new SinkSettings(
        warehouse,
        source,
        bootstrapServers,
        topics,
        StarPlace.LIVE,
        replaces,
        null,
        DEAD_LETTER_LIMIT,
        false);
  }

  /** For the star that everybody reads. */
  public SinkSettings(Database warehouse, String bootstrapServers, Topics topics) {
    this(warehouse, bootstrapServers, topics, StarPlace.LIVE, null);
  }

  /** The same with another limit of dead letters. */
  public SinkSettings withDeadLetterLimit(int limit) {
    return new SinkSettings(
        warehouse, source, bootstrapServers, topics, place, replaces, until, limit, refill);
  }

  /** The same, filling the star anew or not. */
  public SinkSettings withRefill(boolean wished) {
    return new SinkSettings(
        warehouse,
        source,
        bootstrapServers,
        topics,
        place,
        replaces,
        until,
        deadLetterLimit,
        wished);
  }
}
