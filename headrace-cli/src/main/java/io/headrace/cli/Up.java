package io.headrace.cli;

import io.headrace.capture.Capture;
import io.headrace.capture.CaptureSettings;
import io.headrace.cli.replay.Definition;
import io.headrace.cli.replay.FollowingStage;
import io.headrace.cli.replay.ShownDefinition;
import io.headrace.cli.settings.Options;
import io.headrace.cli.settings.Settings;
import io.headrace.cli.settings.SettingsReader;
import io.headrace.cli.settings.Use;
import io.headrace.observe.ProcessMeters;
import io.headrace.sink.Sink;
import io.headrace.sink.SinkSettings;
import io.headrace.sink.mart.MartFile;
import io.headrace.sink.mart.MartFiles;
import io.headrace.sink.mart.MartStage;
import io.headrace.star.Star;
import io.headrace.transform.Transform;
import io.headrace.transform.TransformSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code headrace up}: everything in one process. */
@Command(
    name = "up",
    description = {
      "Runs everything in one process: a PostgreSQL for the source, another for the warehouse, a"
          + " Kafka broker, and the three stages between them.",
      "Data are kept, so that the next start goes on where this one stopped. Ctrl-C stops."
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  headrace up",
      "  headrace up --workload 200",
      "  headrace up --sql my-star --source postgresql://app@db.example.com:5432/shop",
    })
final class Up implements Callable<Integer> {
  private final Context context;

  @Mixin private Options options = new Options();
  @Spec private CommandSpec spec;

  Up(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Settings settings =
        SettingsReader.read(
            options, Use.UP, spec.commandLine(), context.environment(), context.home());
    List<MartFile> marts = MartFiles.read(settings.sql());
    Console console = new Console(context.out());
    try (DataFolder data = DataFolder.open(settings.data(), "up")) {
      Path log = LogFile.open(data.resolve("logs"), "headrace", settings.log());
      FullDisk.checkBeforeStart(data.path());
      console.say("The log is in " + log + ".");
      try (Servers servers = Servers.start(settings, data, console)) {
        run(settings, marts, data, servers, console);
        console.say("Stopping the servers.");
      }
    }
    console.say("Stopped. The data are in " + settings.data() + ".");
    return 0;
  }

  private void run(
      Settings settings, List<MartFile> marts, DataFolder data, Servers servers, Console console) {
    Definition first = prepare(settings, servers, console);
    Star star = first.star();
    Progress progress = new Progress();
    try (ShownDefinition shown =
            new ShownDefinition(first, servers.source(), servers.warehouse(), console::say);
        ProcessMeters meters = new ProcessMeters();
        StageThreads threads = new StageThreads()) {
      ReadyWatch ready = new ReadyWatch(servers, star, progress, console);
      stages(settings, data, servers, first, shown, console, progress, threads, meters.registry());
      MartStage keeping =
          new MartStage(
              servers.warehouse(), marts, Clock.systemUTC(), new Listener(console, epoch -> {}));
      threads.start("marts", keeping::run, keeping);
      BrowserConsole page = page(settings, servers, meters, threads, console);
      if (settings.workload() > 0) {
        Workload.start(settings.workload(), servers.source(), star, threads, console);
      }
      UpWatch watch = new UpWatch(context.stop(), threads, servers, data, console);
      if (watch.until(ready::isReady)) {
        ready.tell(page == null ? null : page.url());
        watch.until(new Reports(settings.workload() > 0, progress, console)::report);
      }
      console.say("Stopping the stages.");
    }
  }

  /** Started before all is ready, so that the first load can be watched. */
  private @Nullable BrowserConsole page(
      Settings settings,
      Servers servers,
      ProcessMeters meters,
      StageThreads threads,
      Console console) {
    if (settings.console() == null) {
      return null;
    }
    BrowserConsole page =
        BrowserConsole.start(
            settings.console(),
            settings,
            context.home(),
            servers.source(),
            servers.warehouse(),
            servers.kafka(),
            meters);
    threads.closeFirst(page);
    console.say("The console is at " + page.url() + ".");
    return page;
  }

  private Definition prepare(Settings settings, Servers servers, Console console) {
    if (servers.embeddedSource()) {
      int applied = SourceSchema.migrate(servers.source(), settings.sql().resolve("source"));
      if (applied > 0) {
        console.say("Created the source's tables and demo data from " + settings.sql() + ".");
      }
    }
    Definition definition =
        Definition.decide(settings.sql(), servers.source(), servers.warehouse(), console::say);
    console.say(StarSentence.of(definition.star()));
    return definition;
  }

  private static void stages(
      Settings settings,
      DataFolder data,
      Servers servers,
      Definition first,
      ShownDefinition following,
      Console console,
      Progress progress,
      StageThreads threads,
      MeterRegistry meters) {
    Listener listener = new Listener(console, epoch -> {});
    Listener shown = new Listener(console, progress::shows);
    AtomicBoolean refill = new AtomicBoolean(settings.refill());
    FollowingStage sink =
        new FollowingStage(
            following,
            definition ->
                new Sink(
                    SinkSettings.live(
                            servers.warehouse(),
                            servers.source(),
                            servers.kafka(),
                            settings.topics(),
                            definition.shown())
                        .withDeadLetterLimit(settings.deadLetterLimit())
                        .withRefill(refill.getAndSet(false)),
                    definition.star(),
                    shown,
                    meters));
    TransformSettings joining =
        new TransformSettings(
            servers.kafka(),
            settings.topics(),
            data.resolve("transform"),
            settings.threads(),
            settings.replicationFactor(),
            true,
            settings.deadLetterLimit());
    FollowingStage transform =
        new FollowingStage(
            following, definition -> new Transform(joining, definition.star(), listener, meters));
    Capture capture =
        new Capture(
            new CaptureSettings(
                servers.source(),
                servers.kafka(),
                settings.topics(),
                settings.partitions(),
                settings.replicationFactor(),
                settings.resnapshot()),
            first.captured(servers.source()),
            listener,
            meters);
    threads.start("sink", sink::run, sink);
    threads.start("transform", transform::run, transform);
    threads.start("capture", capture::run, capture);
  }
}
