package io.headrace.bench;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What can be asked of the benchmark. */
final class Options {

  @Option(
      names = "--lessons",
      paramLabel = "N",
      defaultValue = "200000",
      description =
          "Lessons in the source; modules, streams and courses go with them (default: ${DEFAULT-VALUE}).")
  int lessons;

  @Option(
      names = "--changes",
      paramLabel = "N",
      defaultValue = "100000",
      description = "Changes written while the stages are down (default: ${DEFAULT-VALUE}).")
  int changes;

  @Option(
      names = "--drains",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "How often that is done; the drain with the middle rate is told (default: ${DEFAULT-VALUE}).")
  int drains;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "200",
      description = "Changes a second while the latency is measured (default: ${DEFAULT-VALUE}).")
  int rate;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "30",
      description =
          "How long the latency is measured, after ten seconds that do not count (default: ${DEFAULT-VALUE}).")
  int seconds;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "3",
      description = "Partitions of every topic (default: ${DEFAULT-VALUE}).")
  int partitions;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Stream threads of the transform (default: ${DEFAULT-VALUE}).")
  int threads;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "The same seed makes the same changes (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "An empty folder for the data, kept afterwards. Without it they are deleted.")
  @Nullable Path data;

  @Option(
      names = "--sql",
      paramLabel = "DIR",
      defaultValue = "${sys:headrace.home:-.}/sql",
      description = "The shipped school's SQL (default: ${DEFAULT-VALUE}).")
  Path sql = Path.of("sql");

  @Option(
      names = "--bare",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description =
          "Run the bare Debezium engine too, its records dropped (default: ${DEFAULT-VALUE}).")
  boolean bare;

  @Option(
      names = "--java-option",
      paramLabel = "OPTION",
      description = "An option for the pipeline's JVM, such as a profiler's; may be given again.")
  List<String> javaOptions = List.of();

  @Option(names = "--json", description = "Print the figures as one JSON object.")
  boolean json;
}
