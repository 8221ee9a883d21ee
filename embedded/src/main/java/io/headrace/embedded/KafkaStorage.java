package io.headrace.embedded;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;

/** Prepares a folder for a broker, once. */
final class KafkaStorage {
  private KafkaStorage() {}

  /**
   * Formats in a folder beside and moves it when done, so that an interrupted attempt leaves
   * nothing behind.
   */
  static void format(Path logs, Map<String, String> properties) {
    if (Files.exists(logs.resolve("meta.properties"))) {
      return;
    }
    try {
      Path fresh = Files.createTempDirectory(logs.getParent(), "format");
      Path config = fresh.resolve("server.properties");
      Properties forTool = new Properties();
      forTool.putAll(properties);
      forTool.setProperty("log.dirs", fresh.resolve("logs").toString());
      StringWriter text = new StringWriter();
      forTool.store(text, null);
      Files.writeString(config, text.toString());
      runTool("format", "-t", Uuid.randomUuid().toString(), "-c", config.toString());
      Files.move(fresh.resolve("logs"), logs);
      Files.delete(config);
      Files.delete(fresh);
    } catch (IOException e) {
      throw new EmbeddedServerException("The folder " + logs + " cannot be made: " + e, e);
    }
  }

  private static void runTool(String... arguments) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    int code =
        StorageTool.execute(arguments, new PrintStream(output, true, StandardCharsets.UTF_8));
    if (code != 0) {
      throw new EmbeddedServerException(
          "Kafka's folder cannot be formatted: " + output.toString(StandardCharsets.UTF_8).strip());
    }
  }
}
