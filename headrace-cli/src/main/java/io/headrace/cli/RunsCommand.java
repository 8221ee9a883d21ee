package io.headrace.cli;

import io.headrace.cli.settings.Options;
import io.headrace.cli.settings.Settings;
import io.headrace.cli.settings.SettingsReader;
import io.headrace.cli.settings.Use;
import io.headrace.observe.RecordedRun;
import io.headrace.observe.RunHistory;
import io.headrace.observe.RunsScreen;
import io.headrace.sink.mart.MartRuns;
import io.headrace.sink.mart.MartState;
import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code headrace runs}: what is due, and what was done. */
@Command(
    name = "runs",
    description = {
      "Lists what is due next, and below it what was done to the warehouse, the newest first: first"
          + " loads, refreshes, comparisons, repairs, replays, tables captured again.",
      "Without --warehouse: that of a running headrace up."
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  headrace runs",
      "  headrace runs --kind refresh --limit 5",
      "  headrace runs --json --warehouse postgresql://dwh@wh:5432/dwh",
    })
final class RunsCommand implements Callable<Integer> {
  private static final int MOST = 100_000;

  private final Context context;

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description = "Only these: first load, refresh, verify, repair, replay or resync.")
  private @Nullable String kind;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "The newest N (default: 20).")
  private int limit;

  @Option(names = "--json", description = "One JSON document instead of lines.")
  private boolean json;

  @Mixin private Options options = new Options();
  @Spec private CommandSpec spec;

  RunsCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Settings settings =
        SettingsReader.read(
            options, Use.REFRESH, spec.commandLine(), context.environment(), context.home());
    if (kind != null && !RunHistory.KINDS.contains(kind)) {
      throw new StageException(
          StageException.Kind.SETTINGS,
          "--kind must be one of " + String.join(", ", RunHistory.KINDS) + " but was " + kind);
    }
    if (limit < 1 || limit > MOST) {
      throw new StageException(
          StageException.Kind.SETTINGS, "--limit must be from 1 to " + MOST + " but was " + limit);
    }
    LogFile.open(settings.data().resolve("logs"), "runs", settings.log());
    Database warehouse = new RunningServers(settings).warehouse();
    List<MartState> marts =
        kind == null || kind.equals("refresh") ? MartRuns.list(warehouse) : List.of();
    List<RecordedRun> runs = RunHistory.read(warehouse, kind, limit);
    context
        .out()
        .print(
            json
                ? RunsScreen.json(marts, runs) + System.lineSeparator()
                : RunsScreen.draw(marts, runs, ZoneId.systemDefault()));
    context.out().flush();
    return 0;
  }
}
