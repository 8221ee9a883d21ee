package io.headrace.cli;

import io.headrace.cli.replay.Definition;
import io.headrace.cli.replay.FollowingStage;
import io.headrace.cli.settings.Options;
import io.headrace.cli.settings.Settings;
import io.headrace.cli.settings.SettingsReader;
import io.headrace.cli.settings.Use;
import io.headrace.stage.Database;
import io.headrace.transform.Transform;
import io.headrace.transform.TransformSettings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code headrace transform}: the topics into fact topics. */
@Command(
    name = "transform",
    description = {
      "Joins the captured rows into facts. Start as many as you like, each with a --data of its own:"
          + " they share the partitions.",
      "It asks the source what the star's columns are, and reads no rows there.",
      "With --warehouse it goes over to other SQL when a replay does, and not before."
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  headrace transform --source postgresql://app@db:5432/shop --kafka kafka:9092",
      "  headrace transform --threads 4 --data /var/lib/headrace --source ... --kafka ...",
    })
final class TransformCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private Options options = new Options();
  @Spec private CommandSpec spec;

  TransformCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Settings settings =
        SettingsReader.read(
            options, Use.TRANSFORM, spec.commandLine(), context.environment(), context.home());
    return SingleStage.run(
        context,
        settings,
        "transform",
        (source, kafka, data, listener) -> {
          Database warehouse = settings.warehouse();
          TransformSettings transform =
              new TransformSettings(
                  kafka,
                  settings.topics(),
                  data.resolve("transform"),
                  settings.threads(),
                  settings.replicationFactor(),
                  true);
          return warehouse == null
              ? new Transform(transform, Databases.compile(settings.sql(), source), listener)
              : new FollowingStage(
                  Definition.look(settings.sql(), source, warehouse, listener::says),
                  source,
                  warehouse,
                  definition -> new Transform(transform, definition.star(), listener),
                  listener);
        });
  }
}
