package io.headrace.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** A process and its children, and what they use. */
final class ProcessTree {

  private static final Path PROC = Path.of("/proc");

  /** Units of {@code /proc/<pid>/stat}: USER_HZ, 100 on every architecture that the JDK runs on. */
  private static final long MILLIS_PER_TICK = 10;

  private final ProcessHandle root;

  ProcessTree(ProcessHandle root) {
    this.root = root;
  }

  /**
   * Processor time that the tree has used up to now, ended children included where {@code /proc}
   * tells it.
   */
  Duration processorTime() {
    return processes().map(ProcessTree::processorTime).reduce(Duration.ZERO, Duration::plus);
  }

  /**
   * Main memory that the tree holds now, in bytes, what its processes share counted once; unknown
   * without {@code /proc}.
   */
  OptionalLong memory() {
    return Files.exists(PROC.resolve("self/smaps_rollup"))
        ? OptionalLong.of(processes().mapToLong(ProcessTree::proportionalSetSize).sum())
        : OptionalLong.empty();
  }

  private Stream<ProcessHandle> processes() {
    return Stream.concat(Stream.of(root), root.descendants());
  }

  private static Duration processorTime(ProcessHandle process) {
    Path stat = PROC.resolve(process.pid() + "/stat");
    if (!Files.exists(stat)) {
      return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }
    try {
      String text = Files.readString(stat, ISO_8859_1);
      // The second field, the command in parentheses, may hold anything; utime is the twelfth after
      // it.
      String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
      long ticks = 0;
      for (String field : List.of(fields[11], fields[12], fields[13], fields[14])) {
        ticks += Long.parseLong(field);
      }
      return Duration.ofMillis(ticks * MILLIS_PER_TICK);
    } catch (IOException e) {
      return Duration.ZERO; // it has ended; its parent's file has the sum
    }
  }

  private static long proportionalSetSize(ProcessHandle process) {
    try (Stream<String> lines = Files.lines(PROC.resolve(process.pid() + "/smaps_rollup"))) {
      return lines
              .filter(line -> line.startsWith("Pss:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .sum()
          * 1024;
    } catch (IOException | UncheckedIOException e) {
      return 0; // it has ended
    }
  }
}
