package io.headrace.transform;

import io.headrace.wire.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A transform in a process of its own, to be killed. */
final class TransformProcess {

  private TransformProcess() {}

  /** Arguments: brokers, prefix, state directory. */
  public static void main(String[] arguments) {
    RunningTransform transform =
        new RunningTransform(
            arguments[0], TestStars.odd(), new Topics(arguments[1]), Path.of(arguments[2]), 2);
    while (transform.isAlive()) {
      Thread.onSpinWait();
      java.util.concurrent.locks.LockSupport.parkNanos(100_000_000);
    }
    System.exit(1);
  }

  static Process start(String kafka, Topics topics, Path state) throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                classPath,
                TransformProcess.class.getName(),
                kafka,
                topics.prefix(),
                state.toString()))
        .redirectErrorStream(true)
        .redirectOutput(
            ProcessBuilder.Redirect.appendTo(state.resolveSibling("process.log").toFile()))
        .start();
  }
}
