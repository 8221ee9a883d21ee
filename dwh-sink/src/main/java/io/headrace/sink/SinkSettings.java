package io.headrace.sink;

import io.headrace.stage.Database;
import io.headrace.wire.Topics;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the sink.
 *
 * @param warehouse where the star is
 * @param bootstrapServers the Kafka brokers, {@code host:port,…}
 * @param topics the topics' names
 * @param place where in the warehouse
 * @param replaces the one other definition whose star may be replaced in place; null: whichever
 *     stands there
 * @param until the one epoch that is to be shown, of fact topics that begin with it; null: every
 *     one that comes
 */
public record SinkSettings(
    Database warehouse,
    String bootstrapServers,
    Topics topics,
    StarPlace place,
    @Nullable String replaces,
    @Nullable Long until) {

  /** For a star that follows the source. */
  public SinkSettings(
      Database warehouse,
      String bootstrapServers,
      Topics topics,
      StarPlace place,
      @Nullable String replaces) {
    this(warehouse, bootstrapServers, topics, place, replaces, null);
  }

  /** For the star that everybody reads. */
  public SinkSettings(Database warehouse, String bootstrapServers, Topics topics) {
    this(warehouse, bootstrapServers, topics, StarPlace.LIVE, null);
  }
}
