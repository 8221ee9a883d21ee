package io.headrace.cli;

import io.headrace.capture.Capture;
import io.headrace.capture.CaptureSettings;
import io.headrace.cli.settings.Options;
import io.headrace.cli.settings.Settings;
import io.headrace.cli.settings.SettingsReader;
import io.headrace.cli.settings.Use;
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
          + " once. A second one waits as a hot standby."
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  headrace capture --source postgresql://app@db:5432/shop --kafka kafka:9092",
      "  headrace capture --resnapshot --source ... --kafka ...",
    })
final class CaptureCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private Options options = new Options();
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
        "capture",
        (source, kafka, data, listener) ->
            new Capture(
                new CaptureSettings(
                    source,
                    kafka,
                    settings.topics(),
                    settings.partitions(),
                    settings.replicationFactor(),
                    settings.resnapshot()),
                Databases.compile(settings.sql(), source),
                listener));
  }
}
