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
    Path output = Path.of("target", "stages.out").toAbsolutePath();
    List<String> arguments = new ArrayList<>();
    arguments.add(String.join(",", Arrays.stream(kinds).map(StageKind::name).toList()));
    arguments.addAll(setup.toArguments());
    return new StageProcess(List.of(kinds), output, java(StageProcess.class, arguments, output));
  }

  /**
   * A class's main in a JVM of its own.
   *
   * @param output where to append what it prints
   */
  static Process java(Class<?> main, List<String> arguments, Path output) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx400m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add("-Dheadrace.test.file=" + Path.of("target", "stages.log").toAbsolutePath());
    command.add(main.getName());
    command.addAll(arguments);
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
          .start();
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

  ProcessHandle handle() {
    return process.toHandle();
  }

  /** Sends a signal, such as {@code STOP} or {@code CONT}. */
  void signal(String signal) throws IOException, InterruptedException {
    signal(signal, process.toHandle());
  }

  /** The same for any process; through the shell, because its kill is built in. */
  static void signal(String signal, ProcessHandle process)
      throws IOException, InterruptedException {
    var unused =
        new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid()).start().waitFor();
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
