package io.headrace.cli;

import io.headrace.cli.settings.Options;
import io.headrace.cli.settings.Settings;
import io.headrace.cli.settings.SettingsReader;
import io.headrace.cli.settings.Use;
import io.headrace.sink.MartRefresh;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code headrace refresh}: the marts, now. */
@Command(
    name = "refresh",
    description = {
      "Refreshes the marts from the star as it is now, without blocking their readers.",
      "Without --warehouse: those of a running headrace up."
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  headrace refresh",
      "  headrace refresh --warehouse postgresql://dwh@wh:5432/dwh",
    })
final class RefreshCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private Options options = new Options();
  @Spec private CommandSpec spec;

  RefreshCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Settings settings =
        SettingsReader.read(
            options, Use.REFRESH, spec.commandLine(), context.environment(), context.home());
    RunningServers running = new RunningServers(settings);
    Console console = new Console(context.out());
    LogFile.open(settings.data().resolve("logs"), "refresh", settings.verbose());
    List<String> marts =
        MartRefresh.refresh(running.warehouse(), new Listener(console, epoch -> {}));
    if (marts.isEmpty()) {
      console.say("There is no materialized view in " + running.warehouse() + ".");
    }
    return 0;
  }
}
