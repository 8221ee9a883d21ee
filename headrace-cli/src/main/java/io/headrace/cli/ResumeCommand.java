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
import picocli.CommandLine.Spec;

/** {@code headrace resume}: the end of a pause. */
@Command(
    name = "resume",
    description = {
      "Lets a paused sink go on: it takes what has waited in Kafka, and follows the source again.",
      "Without --warehouse: that of a running headrace up."
    },
    sortOptions = false,
    footer = {"", "Examples:", "  headrace resume"})
final class ResumeCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private Options options = new Options();
  @Spec private CommandSpec spec;

  ResumeCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Settings settings =
        SettingsReader.read(
            options, Use.REFRESH, spec.commandLine(), context.environment(), context.home());
    LogFile.open(settings.data().resolve("logs"), "resume", settings.log());
    Database warehouse = new RunningServers(settings).warehouse();
    WarehouseSchema.migrateOwn(warehouse);
    Pause ended = Pause.end(warehouse);
    new Console(context.out())
        .say(
            ended == null
                ? "The sink was not paused."
                : "The sink goes on. It was paused since "
                    + ended.since()
                    + " by "
                    + ended.by()
                    + ".");
    return 0;
  }
}
