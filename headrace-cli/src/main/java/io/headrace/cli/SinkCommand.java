package io.headrace.cli;

import io.headrace.cli.replay.Definition;
import io.headrace.cli.replay.FollowingStage;
import io.headrace.cli.settings.Options;
import io.headrace.cli.settings.Settings;
import io.headrace.cli.settings.SettingsReader;
import io.headrace.cli.settings.Use;
import io.headrace.sink.Sink;
import io.headrace.sink.SinkSettings;
import io.headrace.sink.StarPlace;
import io.headrace.stage.Database;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code headrace sink}: facts into the warehouse. */
@Command(
    name = "sink",
    description = {
      "Brings the facts into the warehouse, whole epochs at a time, and creates the warehouse's"
          + " tables from sql/warehouse. A second one waits as a hot standby."
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
  @Spec private CommandSpec spec;

  SinkCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Settings settings =
        SettingsReader.read(
            options, Use.SINK, spec.commandLine(), context.environment(), context.home());
    return SingleStage.run(
        context,
        settings,
        "sink",
        (source, kafka, data, listener) -> {
          Database warehouse = Objects.requireNonNull(settings.warehouse(), "--warehouse");
          Definition first = Definition.decide(settings.sql(), source, warehouse, listener::says);
          return new FollowingStage(
              first,
              source,
              warehouse,
              definition ->
                  new Sink(
                      new SinkSettings(
                          warehouse, kafka, settings.topics(), StarPlace.LIVE, definition.shown()),
                      definition.star(),
                      listener),
              listener);
        });
  }
}
