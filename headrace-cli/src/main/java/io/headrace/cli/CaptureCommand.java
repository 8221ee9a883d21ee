package io.headrace.cli;

import io.headrace.capture.Capture;
import io.headrace.capture.CaptureSettings;
import io.headrace.cli.replay.Definition;
import io.headrace.cli.settings.Defaults;
import io.headrace.cli.settings.HttpOptions;
import io.headrace.cli.settings.Options;
import io.headrace.cli.settings.Settings;
import io.headrace.cli.settings.SettingsReader;
import io.headrace.cli.settings.Use;
import io.headrace.observe.Hop;
import io.headrace.stage.Database;
import io.headrace.star.Star;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code headrace capture}: the source's changes into the topics. */
@Command(
    name = "capture",
    description = {
      "Brings the source's changes into Kafka: first a snapshot, then what is committed, exactly"
          + " once. A second one waits as a hot standby.",
      "With --warehouse it captures what the star in the warehouse reads, too, when that has other SQL than the files."
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  headrace capture --source postgresql://app@db:5432/shop --kafka kafka:9092",
      "  headrace capture --source ... --kafka ... --warehouse postgresql://dwh@wh:5432/dwh",
      "  headrace capture --resnapshot --source ... --kafka ...",
    })
final class CaptureCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private Options options = new Options();
  @Mixin private HttpOptions http = new HttpOptions();
  @Spec private CommandSpec spec;

  CaptureCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Settings settings =
        SettingsReader.read(
            options, Use.CAPTURE, spec.commandLine(), context.environment(), context.home());
    return SingleStage.run(
        context,
        settings,
        SettingsReader.http(http, Defaults.CAPTURE_HTTP_PORT),
        new SingleStage.Place("capture", Set.of(Hop.SOURCE, Hop.KAFKA, Hop.CAPTURE), null),
        around ->
            List.of(
                new Capture(
                    new CaptureSettings(
                        around.source(),
                        around.kafka(),
                        settings.topics(),
                        settings.partitions(),
                        settings.replicationFactor(),
                        settings.resnapshot()),
                    captured(settings, around),
                    around.listener(),
                    around.meters())));
  }

  /** What the files want, and what the star needs that is live, which may have other SQL. */
  private static Star captured(Settings settings, SingleStage.Surroundings around) {
    Database warehouse = settings.warehouse();
    return warehouse == null
        ? Databases.compile(settings.sql(), around.source())
        : Definition.look(settings.sql(), around.source(), warehouse, around.listener()::says)
            .captured(around.source());
  }
}
