package io.headrace.transform;

import io.headrace.wire.Topics;
import java.nio.file.Path;

/**
 * Settings of the transform.
 *
 * @param bootstrapServers the Kafka brokers, {@code host:port,…}
 * @param topics the topics' names
 * @param stateDirectory where the stores lie; may be lost, they are restored from Kafka
 * @param threads stream threads of this instance; at least 1
 * @param replicationFactor of the topics that it creates; -1 for the broker's default
 * @param holdBack always true but in the test that shows what it is good for
 */
public record TransformSettings(
    String bootstrapServers,
    Topics topics,
    Path stateDirectory,
    int threads,
    short replicationFactor,
    boolean holdBack) {}
