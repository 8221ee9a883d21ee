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
import io.headrace.stage.Database;
import io.headrace.stage.StageListener;
import io.headrace.transform.Transform;
import io.headrace.transform.TransformSettings;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
  @Mixin private HttpOptions http = new HttpOptions();
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
        SettingsReader.http(http, Defaults.TRANSFORM_HTTP_PORT),
        new SingleStage.Place(
            "transform", Set.of(Hop.KAFKA, Hop.TRANSFORM), withoutWarehouse(settings)),
        around -> {
          Database source = around.source();
          StageListener listener = around.listener();
          Database warehouse = settings.warehouse();
          TransformSettings transform =
              new TransformSettings(
                  around.kafka(),
                  settings.topics(),
                  around.data().resolve("transform"),
                  settings.threads(),
                  settings.replicationFactor(),
                  true,
                  settings.deadLetterLimit());
          if (warehouse == null) {
            listener.says(
                "No --warehouse is given, so the transform goes by its files and cannot tell whether the star in the"
                    + " warehouse has this SQL: after a replay start it again with the new SQL, after one with --rejoin"
                    + " with --warehouse.");
          }
          return List.of(
              warehouse == null
                  ? new Transform(
                      transform,
                      Databases.compile(settings.sql(), source),
                      listener,
                      around.meters())
                  : new FollowingStage(
                      new ShownDefinition(
                          Definition.look(settings.sql(), source, warehouse, listener::says),
                          source,
                          warehouse,
                          listener::says),
                      definition ->
                          new Transform(transform, definition.star(), listener, around.meters())));
        });
  }

  /** Where no warehouse tells which definition is shown, it is that of the files. */
  private static @Nullable String withoutWarehouse(Settings settings) {
    return settings.warehouse() != null
        ? null
        : Databases.compile(settings.sql(), Objects.requireNonNull(settings.source(), "--source"))
            .generation();
  }
}
