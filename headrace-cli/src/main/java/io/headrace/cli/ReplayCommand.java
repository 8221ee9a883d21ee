package io.headrace.cli;

import io.headrace.cli.replay.Replay;
import io.headrace.cli.replay.ReplayPlan;
import io.headrace.cli.settings.Options;
import io.headrace.cli.settings.Settings;
import io.headrace.cli.settings.SettingsReader;
import io.headrace.cli.settings.Use;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code headrace replay}: the star anew, from the topics. */
@Command(
    name = "replay",
    description = {
      "Builds the star anew from the topics, without reading the source's rows, beside the live one,"
          + " and puts it in its place. Readers see the old star until then and the new one from then on.",
      "For a star whose SQL has changed, and for rows that somebody has damaged.",
      "Without --source, --warehouse and --kafka: those of a running headrace up."
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  headrace replay",
      "  headrace replay --sql my-star --source postgresql://app@db:5432/shop --kafka kafka:9092 --warehouse postgresql://dwh@wh:5432/dwh",
    })
final class ReplayCommand implements Callable<Integer> {
  /** As long as a transform takes to notice and to join. */
  private static final Duration HAND_OVER = Duration.ofSeconds(30);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

  private final Context context;

  @Mixin private Options options = new Options();

  @Option(
      names = "--force",
      description = "Go on although something hangs on the star that will be lost with it.")
  private boolean force;

  @Option(names = "--keep-old", description = "Keep the old star, in the schema headrace_old_N.")
  private boolean keepOld;

  @Spec private CommandSpec spec;

  ReplayCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Settings settings =
        SettingsReader.read(
            options, Use.RUNNING, spec.commandLine(), context.environment(), context.home());
    Console console = new Console(context.out());
    try (DataFolder data = DataFolder.open(settings.data(), "replay")) {
      LogFile.open(data.resolve("logs"), "replay", settings.verbose());
      Replay replay =
          new Replay(
              plan(settings, data),
              new Listener(console, new Pace(console)::progress, epoch -> {}));
      Thread stop = new Thread(() -> awaitStop(replay), "stop-replay");
      stop.setDaemon(true);
      stop.start();
      replay.run();
    }
    return 0;
  }

  private void awaitStop(Replay replay) {
    while (!context.stop().await(LOOK_AGAIN)) {
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
    }
    replay.stop();
  }

  private ReplayPlan plan(Settings settings, DataFolder data) {
    RunningServers running = new RunningServers(settings);
    return new ReplayPlan(
        running.source(),
        running.warehouse(),
        running.kafka(),
        settings.topics(),
        settings.sql(),
        data.resolve("replay"),
        settings.threads(),
        settings.replicationFactor(),
        force,
        keepOld,
        HAND_OVER);
  }
}
