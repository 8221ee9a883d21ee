package io.headrace.pipeline;

import io.headrace.embedded.LocalKafka;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A broker in a JVM of its own, so that it can be stopped alone. */
final class BrokerProcess implements AutoCloseable {
  private static final String READY = "listens on ";

  private final Process process;
  private final String bootstrapServers;

  private BrokerProcess(Process process, String bootstrapServers) {
    this.process = process;
    this.bootstrapServers = bootstrapServers;
  }

  static BrokerProcess start(Path folder) throws IOException {
    return start(folder, 0);
  }

  /** On a port of 127.0.0.1; 0 for any free one. */
  static BrokerProcess start(Path folder, int port) throws IOException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx400m",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "-Dheadrace.test.file=" + Path.of("target", "broker.log").toAbsolutePath(),
                    BrokerProcess.class.getName(),
                    folder.toString(),
                    Integer.toString(port)))
            .redirectError(Path.of("target", "broker.out").toFile())
            .start();
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(READY)) {
        return new BrokerProcess(process, line.substring(READY.length()));
      }
    }
    throw new IOException("the broker did not start, see target/broker.out");
  }

  String bootstrapServers() {
    return bootstrapServers;
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** Serves until killed. */
  public static void main(String[] args) throws InterruptedException {
    try (LocalKafka kafka =
        LocalKafka.start(new LocalKafka.Settings(Path.of(args[0]), Integer.parseInt(args[1])))) {
      System.out.println(READY + kafka.bootstrapServers());
      Thread.sleep(Long.MAX_VALUE);
    }
  }
}
