package io.headrace.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command without a subcommand: it only explains. */
@Command(
    name = "headrace",
    version = "headrace 0.1.0",
    description = "Keeps a warehouse a state that its source really had, from SQL alone.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      Up.class,
      CaptureCommand.class,
      TransformCommand.class,
      SinkCommand.class,
      RefreshCommand.class,
      RunsCommand.class,
      ResyncCommand.class,
      StatusCommand.class,
      VerifyCommand.class,
      RepairCommand.class,
      ReplayCommand.class,
      DeadLettersCommand.class,
      PauseCommand.class,
      ResumeCommand.class,
      ConsoleCommand.class
    },
    footer = {
      "",
      "Begin with:  headrace up",
      "Options of a command:  headrace COMMAND --help",
      "Every option --some-name is also the environment variable HEADRACE_SOME_NAME.",
      "Exit codes: 0 done, 1 failed, 2 wrong usage or settings;",
      "verify and repair: 0 equal, 1 different, 2 could not be done."
    })
final class Headrace implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @SuppressWarnings("UnusedVariable") // picocli acts on it
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  @SuppressWarnings("UnusedVariable") // picocli acts on it
  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  private boolean version;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }
}
