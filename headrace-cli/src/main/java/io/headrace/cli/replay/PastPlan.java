package io.headrace.cli.replay;

import io.headrace.stage.Database;
import io.headrace.transform.TransformSettings;
import io.headrace.wire.Topics;
import java.nio.file.Path;
import java.time.Instant;

/**
 * What a replay of the past needs to know.
 *
 * @param source asked for its catalog only
 * @param warehouse where the live star is, and the past one will be
 * @param kafka the brokers, {@code host:port,…}
 * @param topics the topics' names
 * @param moment the star is built as the source was then
 * @param schema where; it must not be there yet
 * @param state where the replay's transform may keep its state; gone afterwards
 * @param threads of that transform
 * @param replicationFactor of new topics; -1 for the brokers' default
 */
public record PastPlan(
    Database source,
    Database warehouse,
    String kafka,
    Topics topics,
    Instant moment,
    String schema,
    Path state,
    int threads,
    short replicationFactor) {

  /** Those of the replay's own transform. */
  TransformSettings joining() {
    return new TransformSettings(kafka, topics, state, threads, replicationFactor, true);
  }
}
