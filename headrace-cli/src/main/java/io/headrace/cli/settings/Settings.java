package io.headrace.cli.settings;

import io.headrace.console.ConsoleSettings;
import io.headrace.stage.Database;
import io.headrace.wire.Topics;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * All settings, checked.
 *
 * @param source the user's source; null: the embedded one
 * @param warehouse the user's warehouse; null: the embedded one
 * @param kafka the user's brokers, {@code host:port,…}; null: the embedded one
 * @param sourcePort where the embedded source listens
 * @param warehousePort where the embedded warehouse listens
 * @param kafkaPort where the embedded broker listens
 * @param data the folder of everything that is kept here
 * @param sql the folder with {@code source/}, {@code star/} and {@code warehouse/}
 * @param topics the topics' names
 * @param partitions of topics that do not exist yet; 1 to 1000
 * @param replicationFactor of the same; -1 for the brokers' default
 * @param threads of the transform; at least 1
 * @param deadLetterLimit how many dead letters of a stage may wait; 0: none
 * @param resnapshot read the source once more
 * @param refill fill the star anew from Kafka
 * @param workload random row changes a second; 0 for none
 * @param console where the page in the browser is; null for none
 * @param log how the log is written
 */
public record Settings(
    @Nullable Database source,
    @Nullable Database warehouse,
    @Nullable String kafka,
    int sourcePort,
    int warehousePort,
    int kafkaPort,
    Path data,
    Path sql,
    Topics topics,
    int partitions,
    short replicationFactor,
    int threads,
    int deadLetterLimit,
    boolean resnapshot,
    boolean refill,
    int workload,
    @Nullable ConsoleSettings console,
    LogSettings log) {}
