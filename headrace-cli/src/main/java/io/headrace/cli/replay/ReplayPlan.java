package io.headrace.cli.replay;

import io.headrace.stage.Database;
import io.headrace.transform.TransformSettings;
import io.headrace.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a replay needs to know.
 *
 * @param source asked for its catalog only, unless the new star is compared with it
 * @param warehouse where the star is
 * @param kafka the brokers, {@code host:port,…}
 * @param topics the topics' names
 * @param sql the folder with {@code star/} and {@code warehouse/}
 * @param state where the replay's own transform may keep its state; gone afterwards
 * @param threads of that transform
 * @param replicationFactor of new topics; -1 for the brokers' default
 * @param force go on although something hangs on the star that will be lost, or the new star cannot
 *     be compared with a live one that stands still
 * @param keepOld keep the old star in a schema of its own
 * @param rejoin join the facts anew although the SQL is the same
 * @param verify compare the new star with the source before the swap, and refuse it if they differ
 * @param table the one table that is to be mended where it stands; null: the whole star
 * @param handOver how long the replay goes on joining after the swap, until another transform does
 */
public record ReplayPlan(
    Database source,
    Database warehouse,
    String kafka,
    Topics topics,
    Path sql,
    Path state,
    int threads,
    short replicationFactor,
    boolean force,
    boolean keepOld,
    boolean rejoin,
    boolean verify,
    @Nullable String table,
    Duration handOver) {

  /** Those of the replay's own transform. */
  TransformSettings joining() {
    return new TransformSettings(kafka, topics, state, threads, replicationFactor, true);
  }
}
