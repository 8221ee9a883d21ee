package io.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.console.ConsoleServer;
import io.headrace.console.ConsoleSettings;
import io.headrace.console.Subject;
import io.headrace.observe.Hop;
import io.headrace.observe.Observed;
import io.headrace.observe.PipelineWatch;
import io.headrace.observe.ProcessMeters;
import io.headrace.sink.WarehouseSchema;
import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import io.headrace.testing.TestDatabase;
import io.headrace.testing.TestServers;
import io.headrace.wire.Topics;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page in a real browser over a warehouse alone: what it says while the rest is away, and what
 * its buttons start, which here only says its name.
 */
class ConsolePageIT {
  private static final Database NOWHERE = new Database("127.0.0.1", 1, "none", "nobody", "");
  private static final Topics TOPICS = new Topics("none");
  private static final String TOKEN = "a token of enough letters";
  private static final String YES = "dialog [data-yes]";

  private final TestDatabase database = TestServers.newDatabase("page");
  private final Database warehouse =
      new Database(
          database.host(), database.port(), database.name(), database.user(), database.password());

  @TempDir Path profile;

  @Test
  void itsButtonsStartWhatTheySay() throws Exception {
    try (Browser browser = Browser.open(profile);
        ProcessMeters meters = new ProcessMeters();
        PipelineWatch watch =
            PipelineWatch.start(
                new Observed(NOWHERE, warehouse, "127.0.0.1:1", TOPICS, List.of(), null));
        ConsoleServer console = console(watch, meters)) {
      browser.size(1400, 1000);
      browser.go(console.url());
      browser.awaitText("label", "token");
      browser.type("[name=token]", TOKEN + "\n");
      // The warehouse is empty, which is not what is wrong here.
      browser.awaitText(".verdict h1", "The source does not answer");
      fill();
      runs(browser);
      letters(browser);
      stop(browser);
      // Before the login.
      assertThat(browser.complaints()).allMatch(words -> words.contains("401 (Unauthorized)"));
    }
  }

  private static void runs(Browser browser) {
    browser.click("nav a", "Runs");
    browser.awaitText("tr.next", "refresh");
    assertThat(browser.count("tr.next")).as("what waits is no next run").isEqualTo(1);
    browser.click("[data-run^=verify] a", "log");
    browser.click("header button", "Repair");
    browser.click(YES, "Repair");
    started(browser, 1, "repair");
    browser.click("nav a", "Runs");
    browser.click("[data-run^=refresh] a", "log");
    browser.awaitText(".log", "asked for mart=m trigger=\"schedule\"");
    browser.click("header button", "Cancel");
    browser.awaitText("dialog h2", "Cancel this refresh?");
    browser.click(YES, "Cancel it");
    started(browser, 2, "refresh m --cancel");
  }

  private static void letters(Browser browser) {
    browser.click("nav a", "Dead letters");
    browser.awaitText("[data-letter='2']", "no key");
    assertThat(browser.text("[data-letter='2']")).doesNotContain("Retry");
    browser.click("[data-letter='1'] button", "Retry");
    browser.click(YES, "Retry");
    started(browser, 3, "dead-letters retry 1");
    browser.awaitText("[data-job='3']", "done");
    browser.click("nav a", "Dead letters");
    browser.click("[data-letter='2'] button", "Discard");
    browser.click(YES, "Discard");
    started(browser, 4, "dead-letters discard 2");
  }

  private static void stop(Browser browser) {
    browser.click("nav a", "Overview");
    browser.click("[data-job='1'] button", "Stop");
    browser.awaitText("dialog h2", "Stop it?");
    browser.click(YES, "Stop");
    browser.awaitText("[data-job='1'][data-state=stopped]", "repair");
  }

  private static void started(Browser browser, int job, String command) {
    browser.click("nav a", "Overview");
    browser.awaitText("[data-job='" + job + "']", "headrace " + command);
  }

  private void fill() throws SQLException {
    WarehouseSchema.migrateOwn(warehouse);
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          INSERT INTO headrace.position VALUES (7, '0/70', now(), 'g', now());
          INSERT INTO headrace.mart VALUES ('m', '0 9 * * *', 'Europe/Berlin', 'trigger', 3, now());
          INSERT INTO headrace.scheduled_tasks (task_name, task_instance, execution_time, picked, version) VALUES
            ('mart due', 'm', now() + interval '1 hour', false, 1), ('mart refresh', 'm', now(), false, 1);
          INSERT INTO headrace.mart_refresh (mart, trigger, due) VALUES ('m', 'schedule', now());
          INSERT INTO headrace.verification (method, scope, generation, finished, result, differences)
            VALUES ('aligned', '{"tables": ["f"]}', 'g', now(), 'different', 1);
          INSERT INTO headrace.dead_letter (stage, topic, partition, kafka_offset, cause, sqlstate)
            VALUES ('sink', 't', 0, 1, 'too long', '22001'), ('sink', 't', 0, 2, 'no key', NULL)""");
    }
  }

  private ConsoleServer console(PipelineWatch watch, ProcessMeters meters) {
    return ConsoleServer.start(
        new ConsoleSettings("127.0.0.1", 0, TOKEN, null, List.of()),
        new Subject(
            NOWHERE,
            warehouse,
            "127.0.0.1:1",
            TOPICS,
            () -> {
              throw new StageException(StageException.Kind.FAILED, "the star cannot be had here");
            },
            watch,
            StageHttp.routes(watch, Set.of(Hop.values()), meters),
            arguments ->
                new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    SaysItsName.class.getName(),
                    String.join(" ", arguments))));
  }

  /** A command; a repair takes until it is stopped. */
  static final class SaysItsName {
    private SaysItsName() {}

    public static void main(String[] arguments) throws InterruptedException {
      System.out.println(arguments[0]);
      if (arguments[0].startsWith("repair")) {
        Thread.currentThread().join();
      }
    }
  }
}
