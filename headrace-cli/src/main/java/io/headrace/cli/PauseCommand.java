package io.headrace.cli;

import io.headrace.cli.settings.Options;
import io.headrace.cli.settings.Settings;
import io.headrace.cli.settings.SettingsReader;
import io.headrace.cli.settings.Use;
import io.headrace.sink.Pause;
import io.headrace.sink.WarehouseSchema;
import io.headrace.stage.Database;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code headrace pause}: the warehouse stands still until somebody resumes it. */
@Command(
    name = "pause",
    description = {
      "Lets the sink merge nothing more, also through restarts, until headrace resume. What comes"
          + " waits in Kafka. Returns when no merge is at work any more.",
      "Without --warehouse: that of a running headrace up."
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  headrace pause --reason \"the warehouse is moved\"",
      "  headrace pause --warehouse postgresql://dwh@wh:5432/dwh",
    })
final class PauseCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private Options options = new Options();
  @Spec private CommandSpec spec;

  @Option(
      names = "--reason",
      paramLabel = "WORDS",
      description = "Why, for whoever sees that it stands still.")
  private String reason = "";

  PauseCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Settings settings =
        SettingsReader.read(
            options, Use.REFRESH, spec.commandLine(), context.environment(), context.home());
    LogFile.open(settings.data().resolve("logs"), "pause", settings.log());
    Database warehouse = new RunningServers(settings).warehouse();
    WarehouseSchema.migrateOwn(warehouse);
    Pause pause = Pause.begin(warehouse, System.getProperty("user.name"), reason);
    new Console(context.out())
        .say(
            "The sink is paused since "
                + pause.since()
                + " by "
                + pause.by()
                + (pause.reason().isEmpty() ? "" : ": " + pause.reason())
                + ". To go on: ./headrace resume");
    return 0;
  }
}
