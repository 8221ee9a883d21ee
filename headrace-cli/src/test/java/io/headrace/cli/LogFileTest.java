package io.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.headrace.cli.settings.LogSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class LogFileTest {
  @TempDir Path folder;

  @AfterEach
  void reset() {
    ((LoggerContext) LoggerFactory.getILoggerFactory()).reset();
  }

  @Test
  void anEventIsALineOfText() throws IOException {
    assertThat(lines(LogSettings.Format.TEXT))
        .singleElement()
        .asString()
        .endsWith("INFO  [main] a.b - table read: table=t rows=3");
  }

  @Test
  void anEventIsAJsonObjectInALine() throws IOException {
    List<String> lines = lines(LogSettings.Format.JSON);
    assertThat(lines).hasSize(1);
    assertThat(fields(lines.get(0)))
        .containsEntry("level", "INFO")
        .containsEntry("loggerName", "a.b")
        .containsEntry("formattedMessage", "table read: table=t rows=3")
        .containsKey("timestamp");
  }

  private List<String> lines(LogSettings.Format format) throws IOException {
    Path file = LogFile.open(folder, "test", new LogSettings(false, format));
    LoggerFactory.getLogger("a.b").info("table read: table={} rows={}", "t", 3);
    ((LoggerContext) LoggerFactory.getILoggerFactory()).stop();
    return Files.readAllLines(file);
  }

  private static Map<String, String> fields(String line) throws IOException {
    Map<String, String> fields = new HashMap<>();
    try (JsonParser json = new JsonFactory().createParser(line)) {
      json.nextToken();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        if (json.nextToken().isScalarValue()) {
          fields.put(name, json.getText());
        } else {
          json.skipChildren();
        }
      }
    }
    return fields;
  }
}
