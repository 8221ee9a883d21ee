package io.headrace.cli;

import io.headrace.cli.replay.NewWarehouse;
import io.headrace.cli.replay.PastPlan;
import io.headrace.cli.replay.PastReplay;
import io.headrace.cli.replay.Replay;
import io.headrace.cli.replay.ReplayPlan;
import io.headrace.cli.settings.IntoOptions;
import io.headrace.cli.settings.Moment;
import io.headrace.cli.settings.Options;
import io.headrace.cli.settings.Settings;
import io.headrace.cli.settings.SettingsReader;
import io.headrace.cli.settings.Use;
import io.headrace.stage.Daemons;
import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import io.headrace.stage.StageListener;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code headrace replay}: the star anew, from the topics. */
@Command(
    name = "replay",
    description = {
      "Builds the star anew from the topics, without reading the source's rows (but for --verify), beside the live one,"
          + " and puts it in its place. Readers see the old star until then and the new one from then on.",
      "With --until and --as: the star as it was at a moment in the past, in a schema of its own; the live one is not"
          + " touched.",
      "For a star whose SQL has changed, and for rows that somebody has damaged; with --rejoin for a topic that was"
          + " lost.",
      "Without --source, --warehouse and --kafka: those of a running headrace up."
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  headrace replay",
      "  headrace replay --until 2026-01-31T09:00:00Z --as january",
      "  headrace replay --verify",
      "  headrace replay --table f_order",
      "  headrace replay --into postgresql://dwh@new-wh:5432/dwh",
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
      description =
          "Go on although something hangs on the star that will be lost with it, or the live star stands still so that"
              + " the new one cannot be compared with it.")
  private boolean force;

  @Mixin private IntoOptions intoOptions = new IntoOptions();

  @Option(names = "--keep-old", description = "Keep the old star, in the schema headrace_old_N.")
  private boolean keepOld;

  @Option(
      names = "--until",
      paramLabel = "TIMESTAMP",
      description = {
        "The star as it was at this moment, beside the live one; ISO 8601, without a zone in the system's zone.",
        "As far back as the topics have every change: 6 days."
      })
  private @Nullable String until;

  @Option(
      names = "--as",
      paramLabel = "SCHEMA",
      description = "With --until: the schema in which that star is built. It must not exist.")
  private @Nullable String as;

  @Option(
      names = "--rejoin",
      description =
          "Join the facts anew from the topics, although the SQL is the same: when a table's topic was lost, or the"
              + " transform cannot go on.")
  private boolean rejoin;

  @Option(
      names = "--verify",
      description = "Swap only if the new star equals the source, row by row and column by column.")
  private boolean verify;

  @Option(
      names = "--table",
      paramLabel = "T",
      description =
          "Build only this table of the star, by the SQL that it has, and change those rows of the live one that differ.")
  private @Nullable String table;

  @Spec private CommandSpec spec;

  ReplayCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Moment moment = moment();
    Settings settings =
        SettingsReader.read(
            options, Use.RUNNING, spec.commandLine(), context.environment(), context.home());
    Database into = SettingsReader.into(intoOptions, context.environment());
    if (into != null && (moment != null || table != null || verify || force || keepOld || rejoin)) {
      throw new StageException(
          StageException.Kind.SETTINGS,
          "--into leaves the live star alone and fills the whole star as it is, so --until, --table, --verify, --force,"
              + " --keep-old and --rejoin cannot be given with it");
    }
    if (table != null && (force || keepOld || rejoin)) {
      throw new StageException(
          StageException.Kind.SETTINGS,
          "With --table nothing is taken away and nothing joined, so --force, --keep-old and --rejoin cannot be given"
              + " with it");
    }
    Console console = new Console(context.out());
    if (moment != null && !moment.zone().isEmpty()) {
      console.say(
          "The moment names no zone; taken as of " + moment.zone() + ": " + moment.instant() + ".");
    }
    try (DataFolder data = DataFolder.open(settings.data(), "replay")) {
      LogFile.open(data.resolve("logs"), "replay", settings.log());
      StageListener listener = new Listener(console, new Pace(console)::progress, epoch -> {});
      try (RunLog ignored =
          RunLog.open(into == null ? new RunningServers(settings).warehouse() : into)) {
        replay(settings, data, moment, into, listener);
      }
    }
    return 0;
  }

  private void replay(
      Settings settings,
      DataFolder data,
      @Nullable Moment moment,
      @Nullable Database into,
      StageListener listener) {
    if (moment != null) {
      PastReplay past =
          new PastReplay(plan(settings, data, moment.instant(), String.valueOf(as)), listener);
      stopWith(past::stop);
      var unused = past.run();
    } else if (into != null) {
      NewWarehouse filling = new NewWarehouse(plan(settings, data, "replay-into"), into, listener);
      stopWith(filling::stop);
      filling.run();
    } else {
      Replay replay = new Replay(plan(settings, data, "replay"), listener);
      stopWith(replay::stop);
      replay.run();
    }
  }

  private @Nullable Moment moment() {
    if (until == null && as == null) {
      return null;
    }
    if (until == null || as == null) {
      throw wrong("--until and --as go together");
    }
    if (force || keepOld || rejoin || verify || table != null) {
      throw wrong(
          "--force, --keep-old, --rejoin, --verify and --table have no meaning with --until, which replaces nothing");
    }
    try {
      return Moment.parse(until, ZoneId.systemDefault());
    } catch (IllegalArgumentException e) {
      throw wrong("--until: " + e.getMessage());
    }
  }

  private ParameterException wrong(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }

  private void stopWith(Runnable end) {
    Daemons.start("stop-replay", () -> awaitStop(end));
  }

  private void awaitStop(Runnable end) {
    while (!context.stop().await(LOOK_AGAIN)) {
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
    }
    end.run();
  }

  private ReplayPlan plan(Settings settings, DataFolder data, String state) {
    RunningServers running = new RunningServers(settings);
    return new ReplayPlan(
        running.source(),
        running.warehouse(),
        running.kafka(),
        settings.topics(),
        settings.sql(),
        data.resolve(state),
        settings.threads(),
        settings.replicationFactor(),
        force,
        keepOld,
        rejoin,
        verify,
        table,
        HAND_OVER);
  }

  private PastPlan plan(Settings settings, DataFolder data, Instant moment, String schema) {
    RunningServers running = new RunningServers(settings);
    return new PastPlan(
        running.source(),
        running.warehouse(),
        running.kafka(),
        settings.topics(),
        moment,
        schema,
        data.resolve("replay-past"),
        settings.threads(),
        settings.replicationFactor());
  }
}
