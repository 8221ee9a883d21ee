package io.headrace.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./headrace bench}. */
@Command(
    name = "headrace bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measures the pipeline on this machine: embedded servers, durable, exactly once.",
      "",
      "snapshot: all rows, from the stages' start until the warehouse equals the source.",
      "drain: changes written while the stages were down, from their start until it does again;",
      "  of several such drains the one in the middle.",
      "latency: from a commit's return until a reader of the warehouse sees it.",
      "CPU: of the drain. The pipeline is the stages and the broker, in one process.",
      "memory: the largest sum of all processes, shared pages counted once."
    },
    footer = {"", "Example: ./headrace bench --lessons 20000 --changes 10000 --seconds 10"})
public final class Bench implements Callable<Integer> {

  @Mixin private Options options = new Options();

  @Spec private CommandSpec command = CommandSpec.create();

  private Bench() {}

  /** Exit code 0 done, 1 failed, 2 wrong usage. */
  public static void main(String[] arguments) {
    System.setProperty("logback.configurationFile", JavaProcess.LOGBACK);
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Bench())
        .setExecutionExceptionHandler(
            (failure, line, parsed) -> {
              line.getErr().println("headrace bench failed: " + failure.getMessage());
              failure.printStackTrace(line.getErr());
              return 1;
            });
  }

  @Override
  public Integer call() throws Exception {
    check();
    Path data = options.data == null ? Files.createTempDirectory("headrace-bench") : options.data;
    try {
      Files.createDirectories(data);
      Scale scale = new Scale(options.lessons);
      Report report = new Report(scale, new Run(options, scale, data.toAbsolutePath()).figures());
      command.commandLine().getOut().println(options.json ? report.json() : report.table());
    } finally {
      if (options.data == null) {
        delete(data);
      }
    }
    return 0;
  }

  private void check() throws IOException {
    List<String> problems =
        Stream.of(
                atLeast("--lessons", options.lessons, Scale.SMALLEST),
                atLeast("--changes", options.changes, 1),
                atLeast("--drains", options.drains, 1),
                atLeast("--rate", options.rate, 1),
                atLeast("--seconds", options.seconds, 1),
                atLeast("--partitions", options.partitions, 1),
                atLeast("--threads", options.threads, 1),
                Files.isDirectory(options.sql.resolve("star"))
                    ? ""
                    : "--sql must be a folder that holds star/ but was " + options.sql,
                isEmpty() ? "" : "--data must be an empty folder but was " + options.data)
            .filter(problem -> !problem.isEmpty())
            .toList();
    if (!problems.isEmpty()) {
      throw new ParameterException(command.commandLine(), String.join("\n", problems));
    }
  }

  private static String atLeast(String option, int value, int least) {
    return value >= least ? "" : option + " must be at least " + least + " but was " + value;
  }

  private boolean isEmpty() throws IOException {
    if (options.data == null || !Files.exists(options.data)) {
      return true;
    }
    try (Stream<Path> files = Files.list(options.data)) {
      return files.findAny().isEmpty();
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(
              file -> {
                try {
                  Files.delete(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }
}
