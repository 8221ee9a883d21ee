package io.headrace.cli;

import io.headrace.cli.replay.Definition;
import io.headrace.cli.replay.FollowingStage;
import io.headrace.cli.replay.ShownDefinition;
import io.headrace.cli.settings.Defaults;
import io.headrace.cli.settings.HttpOptions;
import io.headrace.cli.settings.Options;
import io.headrace.cli.settings.Settings;
import io.headrace.cli.settings.SettingsReader;
import io.headrace.cli.settings.Use;
import io.headrace.observe.Hop;
import io.headrace.sink.Sink;
import io.headrace.sink.SinkSettings;
import io.headrace.sink.mart.MartFile;
import io.headrace.sink.mart.MartFiles;
import io.headrace.sink.mart.MartStage;
import io.headrace.stage.Database;
import io.headrace.stage.StageListener;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code headrace sink}: facts into the warehouse. */
@Command(
    name = "sink",
    description = {
      "Brings the facts into the warehouse, whole epochs at a time, and creates the warehouse's"
          + " tables from sql/warehouse. Keeps the marts of sql/mart. A second one waits as a hot"
          + " standby."
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  headrace sink --source postgresql://app@db:5432/shop --kafka kafka:9092 --warehouse postgresql://dwh@wh:5432/dwh",
    })
final class SinkCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private Options options = new Options();
  @Mixin private HttpOptions http = new HttpOptions();
  @Spec private CommandSpec spec;

  SinkCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Settings settings =
        SettingsReader.read(
            options, Use.SINK, spec.commandLine(), context.environment(), context.home());
    List<MartFile> marts = MartFiles.read(settings.sql());
    return SingleStage.run(
        context,
        settings,
        SettingsReader.http(http, Defaults.SINK_HTTP_PORT),
        new SingleStage.Place("sink", Set.of(Hop.KAFKA, Hop.WAREHOUSE, Hop.SINK), null),
        around -> {
          Database source = around.source();
          StageListener listener = around.listener();
          Database warehouse = Objects.requireNonNull(settings.warehouse(), "--warehouse");
          Definition first = Definition.decide(settings.sql(), source, warehouse, listener::says);
          AtomicBoolean refill = new AtomicBoolean(settings.refill());
          FollowingStage sink =
              new FollowingStage(
                  new ShownDefinition(first, source, warehouse, listener::says),
                  definition ->
                      new Sink(
                          SinkSettings.live(
                                  warehouse,
                                  source,
                                  around.kafka(),
                                  settings.topics(),
                                  definition.shown())
                              .withDeadLetterLimit(settings.deadLetterLimit())
                              .withRefill(refill.getAndSet(false)),
                          definition.star(),
                          listener,
                          around.meters()));
          return List.of(sink, new MartStage(warehouse, marts, Clock.systemUTC(), listener));
        });
  }
}
