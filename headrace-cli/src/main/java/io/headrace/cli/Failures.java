package io.headrace.cli;

import io.headrace.cli.settings.SettingsException;
import io.headrace.console.ConsoleException;
import io.headrace.embedded.EmbeddedServerException;
import io.headrace.stage.StageException;
import io.headrace.star.CatalogException;
import io.headrace.star.StarRefusedException;
import java.io.PrintWriter;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** The one place that turns an exception into sentences and an exit code. */
final class Failures implements IExecutionExceptionHandler {
  private static final Logger log = LoggerFactory.getLogger(Failures.class);

  private final Context context;

  Failures(Context context) {
    this.context = context;
  }

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult result) {
    log.error("command failed name={}", command.getCommandName(), failure);
    PrintWriter err = context.err();
    if (failure instanceof SettingsException settings) {
      List<String> problems = settings.problems();
      problems.forEach(err::println);
      err.println("See: " + command.getCommandSpec().qualifiedName() + " --help");
      return ExitCode.USAGE;
    }
    if (failure instanceof StarRefusedException refused) {
      err.println(
          "The star is refused, for "
              + refused.problems().size()
              + (refused.problems().size() == 1 ? " reason:" : " reasons:"));
      refused.problems().forEach(problem -> err.println("  " + problem));
      return ExitCode.USAGE;
    }
    if (FullDisk.caused(failure)) {
      err.println(FullDisk.SENTENCE);
    }
    err.println(sentence(failure));
    return failure instanceof StageException stage && stage.kind() == StageException.Kind.SETTINGS
        ? ExitCode.USAGE
        : command.getCommandSpec().exitCodeOnExecutionException();
  }

  private static String sentence(Throwable failure) {
    boolean forPeople =
        failure instanceof StageException
            || failure instanceof EmbeddedServerException
            || failure instanceof CatalogException
            || failure instanceof ConsoleException
            || failure instanceof CommandException;
    return forPeople
        ? String.valueOf(failure.getMessage())
        : "This is a bug, please report it with the log: " + failure;
  }
}
