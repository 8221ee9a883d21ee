package io.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import io.headrace.cli.settings.LogSettings;
import io.headrace.sink.RunLines;
import io.headrace.sink.WarehouseSchema;
import io.headrace.stage.Database;
import io.headrace.stage.RunMark;
import io.headrace.testing.TestDatabase;
import io.headrace.testing.TestServers;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class RunLogIT {
  @TempDir Path folder;

  @AfterEach
  void reset() {
    ((LoggerContext) LoggerFactory.getILoggerFactory()).reset();
  }

  @Test
  void lines_are_kept_where_their_run_is() throws Exception {
    TestDatabase made = TestServers.newDatabase("warehouse");
    Database warehouse =
        new Database(made.host(), made.port(), made.name(), made.user(), made.password());
    WarehouseSchema.migrateOwn(warehouse);
    LogFile.open(folder, "test", new LogSettings(false, LogSettings.Format.TEXT));
    Console console = new Console(new PrintWriter(new StringWriter()));
    RunMark replay = new RunMark("replay", "7");
    RunMark verify = new RunMark("verify", "8");
    try (RunLog log = RunLog.open(warehouse)) {
      console.say("Before the run.");
      RunMark.begin("replay", 7);
      LoggerFactory.getLogger("a").info("rows={}", 3);
      RunMark.begin("verify", 8);
      LoggerFactory.getLogger("a").warn("within");
      RunMark.end("verify", 8);
      console.say("Done.");
      RunMark.end("replay", 7);
      console.say("After it.");
    }
    try (Connection connection = warehouse.connect("test")) {
      assertThat(words(RunLines.read(connection, replay)))
          .containsExactly("INFO Before the run.", "INFO rows=3", "INFO Done.", "INFO After it.");
      assertThat(words(RunLines.read(connection, verify))).containsExactly("WARN within");
    }
  }

  private static List<String> words(List<RunLines.Line> lines) {
    return lines.stream().map(line -> line.level() + " " + line.words()).toList();
  }
}
