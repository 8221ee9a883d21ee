package io.headrace.cli;

import io.headrace.cli.settings.Options;
import io.headrace.cli.settings.VerifyChoice;
import io.headrace.cli.settings.VerifyOptions;
import io.headrace.cli.settings.VerifyReader;
import io.headrace.sink.DeadLetters;
import io.headrace.verify.ReportJson;
import io.headrace.verify.ReportText;
import io.headrace.verify.VerificationReport;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code headrace verify}: whether the warehouse is right. */
@Command(
    name = "verify",
    description = {
      "Compares every table of the warehouse with its SELECT on the source, row by row and column"
          + " by column, while everybody works on.",
      "Without --source, --warehouse and --kafka: those of a running headrace up."
    },
    sortOptions = false,
    exitCodeOnExecutionException = ExitCode.USAGE,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:equal",
      "1:different",
      "2:it could not be done, or rows that changed all the time are undecided"
    },
    footer = {
      "",
      "Examples:",
      "  headrace verify",
      "  headrace verify --table f_order --where \"placed_at >= '2026-11-01'\" --differences 100",
      "  headrace verify --sample 5 --rate 20000 --read-from postgresql://app@replica:5432/shop --source ... --warehouse ...",
    })
final class VerifyCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private VerifyOptions verifyOptions = new VerifyOptions();
  @Mixin private Options options = new Options();
  @Spec private CommandSpec spec;

  VerifyCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    VerifyChoice choice =
        VerifyReader.read(
            options, verifyOptions, spec.commandLine(), context.environment(), context.home());
    VerificationReport report;
    List<String> aside = List.of();
    try (Comparing comparing = Comparing.open(context, choice, "verify")) {
      report = comparing.verifier().verify(choice.verify(), comparing.method());
      if (!report.equal()) {
        aside = SetAside.of(report, new DeadLetters(comparing.running().warehouse()).list(false));
      }
    }
    if (choice.json()) {
      context
          .out()
          .println(ReportJson.document(report, choice.verify().shown(), choice.keysOnly()));
    } else {
      ReportText.lines(report, choice.verify().shown(), choice.keysOnly())
          .forEach(context.out()::println);
      aside.forEach(context.out()::println);
    }
    context.out().flush();
    if (report.equal()) {
      return ExitCode.OK;
    }
    return report.different() > 0 ? ExitCode.SOFTWARE : ExitCode.USAGE;
  }
}
