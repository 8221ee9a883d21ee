package io.headrace.cli.settings;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The one set of options, as they were written. All are text and optional here, so that whatever is
 * wrong with any of them can be said at once: {@link SettingsReader} turns them into {@link
 * Settings}.
 */
public final class Options {
  @Option(
      names = "--source",
      paramLabel = "URL",
      description = "Source database, postgresql://user@host:port/database.")
  @Nullable String source;

  @Option(
      names = "--source-password-file",
      paramLabel = "FILE",
      description = "File with the source role's password; or set HEADRACE_SOURCE_PASSWORD.")
  @Nullable String sourcePasswordFile;

  @Option(
      names = "--warehouse",
      paramLabel = "URL",
      description = "Warehouse database, postgresql://user@host:port/database.")
  @Nullable String warehouse;

  @Option(
      names = "--warehouse-password-file",
      paramLabel = "FILE",
      description = "File with the warehouse role's password; or set HEADRACE_WAREHOUSE_PASSWORD.")
  @Nullable String warehousePasswordFile;

  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      description = "Kafka's bootstrap servers, several between commas.")
  @Nullable String kafka;

  @Option(
      names = "--source-port",
      paramLabel = "PORT",
      description = "Port of the embedded source (default: " + Defaults.SOURCE_PORT + ").")
  @Nullable String sourcePort;

  @Option(
      names = "--warehouse-port",
      paramLabel = "PORT",
      description = "Port of the embedded warehouse (default: " + Defaults.WAREHOUSE_PORT + ").")
  @Nullable String warehousePort;

  @Option(
      names = "--kafka-port",
      paramLabel = "PORT",
      description = "Port of the embedded Kafka broker (default: " + Defaults.KAFKA_PORT + ").")
  @Nullable String kafkaPort;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where data, state and logs are kept (default: .headrace beside this program).")
  @Nullable String data;

  @Option(
      names = "--sql",
      paramLabel = "DIR",
      description = "Folder with source/, star/ and warehouse/ (default: sql beside this program).")
  @Nullable String sql;

  @Option(
      names = "--prefix",
      paramLabel = "NAME",
      description = "What all topics begin with (default: " + Defaults.PREFIX + ").")
  @Nullable String prefix;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description =
          "Partitions of topics that do not exist yet (default: " + Defaults.PARTITIONS + ").")
  @Nullable String partitions;

  @Option(
      names = "--replication-factor",
      paramLabel = "N",
      description = "Copies of each new topic (default: as the brokers are set).")
  @Nullable String replicationFactor;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of the transform (default: " + Defaults.THREADS + ").")
  @Nullable String threads;

  @Option(
      names = "--dead-letter-limit",
      paramLabel = "N",
      description =
          "Records that a stage may set aside before it stops; 0: stop at the first (default: "
              + Defaults.DEAD_LETTER_LIMIT
              + ").")
  @Nullable String deadLetterLimit;

  @Option(names = "--resnapshot", description = "Read the source's tables once more, as one epoch.")
  boolean resnapshot;

  @Option(
      names = "--refill",
      description = "Fill the star anew from Kafka's topics, in one transaction.")
  boolean refill;

  @Option(
      names = "--workload",
      paramLabel = "N",
      description = "With up: write N random row changes a second into the source.")
  @Nullable String workload;

  @Mixin ConsoleOptions console = new ConsoleOptions();

  @Option(
      names = {"-v", "--verbose"},
      description = "Show the log here too, not only in the file.")
  boolean verbose;

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      description = "text, or json: one object a line (default: text).")
  @Nullable String logFormat;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;
}
