package io.headrace.sink;

import io.headrace.stage.Database;
import io.headrace.wire.Topics;

/**
 * Settings of the sink.
 *
 * @param warehouse the warehouse database
 * @param bootstrapServers the Kafka brokers, {@code host:port,…}
 * @param topics the topics' names
 */
public record SinkSettings(Database warehouse, String bootstrapServers, Topics topics) {}
