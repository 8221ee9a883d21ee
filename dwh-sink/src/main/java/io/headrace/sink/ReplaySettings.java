package io.headrace.sink;

import io.headrace.stage.Database;
import io.headrace.wire.Topics;
import java.time.Duration;

/**
 * Settings of a replay.
 *
 * @param warehouse where the star is
 * @param bootstrapServers the Kafka brokers, {@code host:port,…}
 * @param topics the topics' names
 * @param force go on although something hangs on the star that will be lost
 * @param uncompared go on although the live star stands still, so that the new one cannot be
 *     compared with it
 * @param keepOld keep the old star in a schema of its own
 * @param patience how long the swap may wait for readers
 */
public record ReplaySettings(
    Database warehouse,
    String bootstrapServers,
    Topics topics,
    boolean force,
    boolean uncompared,
    boolean keepOld,
    Duration patience) {}
