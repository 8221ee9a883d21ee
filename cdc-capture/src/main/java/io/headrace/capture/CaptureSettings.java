package io.headrace.capture;

import io.headrace.stage.Database;
import io.headrace.wire.Topics;

/**
 * Settings of the capture.
 *
 * @param source the source database
 * @param bootstrapServers the Kafka brokers, {@code host:port,…}
 * @param topics the topics' names
 * @param partitions of every topic that does not exist yet; at least 1
 * @param replicationFactor of the same; -1 for the broker's default
 * @param resnapshot read every table again, as one epoch, although a position is known
 */
public record CaptureSettings(
    Database source,
    String bootstrapServers,
    Topics topics,
    int partitions,
    short replicationFactor,
    boolean resnapshot) {}
