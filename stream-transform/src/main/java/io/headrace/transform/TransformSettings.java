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
 * @param deadLetterLimit how many dead letters of the transform may wait before it stops; with 0 it
 *     stops at the first
 */
public record TransformSettings(
    String bootstrapServers,
    Topics topics,
    Path stateDirectory,
    int threads,
    short replicationFactor,
    boolean holdBack,
    int deadLetterLimit) {
  /** How many dead letters of a stage may wait where nothing else is said. */
  public static final int DEAD_LETTER_LIMIT = 100;

  /** With the usual limit of dead letters. */
  public TransformSettings(
      String bootstrapServers,
      Topics topics,
      Path stateDirectory,
      int threads,
      short replicationFactor,
      boolean holdBack) {
    this(
        bootstrapServers,
        topics,
        stateDirectory,
        threads,
        replicationFactor,
        holdBack,
        DEAD_LETTER_LIMIT);
  }

  /** The same with another limit of dead letters. */
  public TransformSettings withDeadLetterLimit(int limit) {
    return new TransformSettings(
        bootstrapServers, topics, stateDirectory, threads, replicationFactor, holdBack, limit);
  }
}
