package io.headrace.pipeline;

import io.headrace.stage.Stage;
import io.headrace.star.Star;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Stages in a JVM of their own, so that they can be killed as a machine is lost: at once, without a
 * word.
 */
final class StageProcess implements AutoCloseable {

  private final List<StageKind> kinds;
  private final Path output;
  private final Process process;

  private StageProcess(List<StageKind> kinds, Path output, Process process) {
    this.kinds = kinds;
    this.output = output;
    this.process = process;
  }

  static StageProcess start(Setup setup, StageKind... kinds) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx400m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add("-Dheadrace.test.file=" + Path.of("target", "stages.log").toAbsolutePath());
    command.add(StageProcess.class.getName());
    command.add(String.join(",", Arrays.stream(kinds).map(StageKind::name).toList()));
    command.addAll(setup.toArguments());
    try {
      Path output = Path.of("target", "stages.out").toAbsolutePath();
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
              .start();
      return new StageProcess(List.of(kinds), output, process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code kill -9}. */
  void kill() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Fails when the process has ended by itself. */
  void check() {
    if (!process.isAlive()) {
      throw new AssertionError(
          kinds + " ended with exit code " + process.exitValue() + ", see " + output);
    }
  }

  @Override
  public void close() {
    kill();
  }

  /**
   * Runs stages until killed.
   *
   * @param arguments the stages between commas, then {@link Setup#toArguments}
   */
  public static void main(String[] arguments) {
    Setup setup = Setup.fromArguments(Arrays.asList(arguments).subList(1, arguments.length));
    Star star = setup.star();
    for (String name : arguments[0].split(",", -1)) {
      StageKind kind = StageKind.valueOf(name);
      Stage stage = kind.create(setup, star, new LoggingListener(kind));
      Thread thread =
          new Thread(
              () -> {
                try {
                  stage.run();
                } catch (Throwable e) {
                  System.err.println(kind + " failed in " + new File("").getAbsolutePath());
                  e.printStackTrace();
                  Runtime.getRuntime().halt(1);
                }
              },
              name);
      thread.start();
    }
  }
}
