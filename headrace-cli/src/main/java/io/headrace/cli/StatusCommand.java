package io.headrace.cli;

import io.headrace.cli.settings.Options;
import io.headrace.cli.settings.Settings;
import io.headrace.cli.settings.SettingsReader;
import io.headrace.cli.settings.Use;
import io.headrace.observe.Diagnosis;
import io.headrace.observe.Look;
import io.headrace.observe.Observed;
import io.headrace.observe.PipelineState;
import io.headrace.observe.StatusJson;
import io.headrace.observe.StatusScreen;
import io.headrace.observe.Trouble;
import io.headrace.star.StarFile;
import io.headrace.star.StarFiles;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code headrace status}: what is up, and how far. */
@Command(
    name = "status",
    description = {
      "Shows each stage, how far it is, and what was done to the warehouse, on one screen.",
      "Without --source, --warehouse, --kafka: those of a running headrace up. Exit code 1 when"
          + " changes do not pass; it names the place. What is only slow or paused is named too, with code 0."
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  headrace status",
      "  headrace status --watch",
      "  headrace status --json --source ... --warehouse ... --kafka kafka:9092",
    })
final class StatusCommand implements Callable<Integer> {
  private static final Duration BETWEEN = Duration.ofSeconds(2);

  /** Home, and clear what is below: the screen does not flicker. */
  private static final String FROM_THE_TOP = "\u001b[H";

  private static final String CLEAR_LINE = "\u001b[K";
  private static final String CLEAR_BELOW = "\u001b[J";

  private final Context context;

  @Mixin private Options options = new Options();
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "One JSON document instead of the screen.")
  private boolean json;

  @Option(names = "--watch", description = "Go on showing it, every two seconds, until Ctrl-C.")
  private boolean watch;

  StatusCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Settings settings =
        SettingsReader.read(
            options, Use.RUNNING, spec.commandLine(), context.environment(), context.home());
    LogFile.open(settings.data().resolve("logs"), "status", settings.log());
    RunningServers servers = new RunningServers(settings);
    List<String> star = StarFiles.read(settings.sql()).stream().map(StarFile::name).toList();
    Observed observed =
        new Observed(
            servers.source(), servers.warehouse(), servers.kafka(), settings.topics(), star, null);
    try (Look look = new Look(observed)) {
      return show(look) ? 0 : 1;
    }
  }

  /** Returns whether changes passed when it was shown last. */
  private boolean show(Look look) {
    PipelineState before = look.state(true);
    List<Trouble> troubles = Diagnosis.of(before, before);
    if (!watch && !troubles.isEmpty() && !context.stop().await(BETWEEN)) {
      // A second look tells what is slow from what stands still.
      PipelineState now = look.state(true);
      troubles = Diagnosis.of(before, now);
      before = now;
    }
    show(before, troubles);
    while (watch && !context.stop().await(BETWEEN)) {
      PipelineState now = look.state(true);
      troubles = Diagnosis.of(before, now);
      show(now, troubles);
      before = now;
    }
    return troubles.stream().noneMatch(trouble -> trouble.kind().stops());
  }

  private void show(PipelineState state, List<Trouble> troubles) {
    if (json) {
      context.out().println(StatusJson.write(state, troubles));
      return;
    }
    String screen = StatusScreen.draw(state, troubles, ZoneId.systemDefault());
    if (watch) {
      context.out().print(FROM_THE_TOP + screen.replace("\n", CLEAR_LINE + "\n") + CLEAR_BELOW);
    } else {
      context.out().print(screen);
    }
    context.out().flush();
  }
}
