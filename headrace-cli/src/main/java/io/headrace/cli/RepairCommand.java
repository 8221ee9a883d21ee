package io.headrace.cli;

import io.headrace.cli.settings.Options;
import io.headrace.cli.settings.RepairOptions;
import io.headrace.cli.settings.VerifyChoice;
import io.headrace.cli.settings.VerifyOptions;
import io.headrace.cli.settings.VerifyReader;
import io.headrace.verify.LogRecapture;
import io.headrace.verify.Recapture;
import io.headrace.verify.Repair;
import io.headrace.verify.RepairReport;
import io.headrace.verify.RepairText;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code headrace repair}: the warehouse made right, through the pipeline. */
@Command(
    name = "repair",
    description = {
      "Mends what headrace verify has found: the rows of the source that make the differing facts"
          + " are captured again, so that a replay brings no difference back.",
      "Without --source, --warehouse and --kafka: those of a running headrace up."
    },
    sortOptions = false,
    exitCodeOnExecutionException = ExitCode.USAGE,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:equal now", "1:something still differs", "2:it could not be done"},
    footer = {
      "",
      "Examples:",
      "  headrace repair --dry-run",
      "  headrace repair --verification 7",
    })
final class RepairCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private RepairOptions repairOptions = new RepairOptions();
  @Mixin private Options options = new Options();
  @Spec private CommandSpec spec;

  RepairCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    VerifyChoice choice =
        VerifyReader.read(
            options,
            new VerifyOptions(),
            spec.commandLine(),
            context.environment(),
            context.home());
    RepairReport report;
    try (Comparing comparing = Comparing.open(context, choice, "repair")) {
      Repair repair =
          new Repair(
              comparing.verifier(),
              comparing.running().source(),
              comparing.running().warehouse(),
              choice.verify(),
              comparing.method(),
              comparing.listener(),
              context.stop()::asked);
      report = repair.run(repairOptions.verification(), way(choice, comparing.running()));
    }
    RepairText.lines(report).forEach(context.out()::println);
    context.out().flush();
    return report.equal() ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private @Nullable Supplier<Recapture> way(VerifyChoice choice, RunningServers running) {
    return repairOptions.dryRun()
        ? null
        : () ->
            LogRecapture.open(
                running.source(),
                running.kafka(),
                choice.settings().topics(),
                context.stop()::asked);
  }
}
