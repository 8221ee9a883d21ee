package io.headrace.cli;

import io.headrace.cli.settings.Options;
import io.headrace.cli.settings.Settings;
import io.headrace.cli.settings.SettingsReader;
import io.headrace.cli.settings.Use;
import io.headrace.console.ConsoleSettings;
import io.headrace.observe.ProcessMeters;
import io.headrace.stage.StageException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code headrace console}: the page in the browser, for a pipeline that runs elsewhere. */
@Command(
    name = "console",
    description = {
      "Serves the console: a page in the browser that shows the pipeline, live, and acts on it.",
      "headrace up has it within. Without --source, --warehouse and --kafka: those of a running"
          + " headrace up."
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  headrace console --source ... --warehouse ... --kafka kafka:9092",
      "  headrace console --console-address 10.0.0.7 --console-token-file token --console-tls-keystore console.p12",
    })
final class ConsoleCommand implements Callable<Integer> {
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private final Context context;

  @Mixin private Options options = new Options();
  @Spec private CommandSpec spec;

  ConsoleCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Settings settings =
        SettingsReader.read(
            options, Use.RUNNING, spec.commandLine(), context.environment(), context.home());
    ConsoleSettings console = settings.console();
    if (console == null) {
      throw new StageException(
          StageException.Kind.SETTINGS, "--console-port 0 means no console: give it a port.");
    }
    LogFile.open(settings.data().resolve("logs"), "console", settings.log());
    RunningServers running = new RunningServers(settings);
    Console out = new Console(context.out());
    try (ProcessMeters meters = new ProcessMeters();
        BrowserConsole server =
            BrowserConsole.start(
                console,
                settings,
                context.home(),
                running.source(),
                running.warehouse(),
                running.kafka(),
                meters)) {
      out.say("The console is at " + server.url() + ". Ctrl-C stops it.");
      while (!context.stop().await(LOOK_AGAIN)) {
        // Everything is done by the console's own threads.
      }
      out.say("The console stops.");
    }
    return 0;
  }
}
