package io.headrace.cli;

import io.headrace.cli.settings.Environment;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import picocli.CommandLine;

/** The program: puts the commands together and ends with their exit code. */
public final class Main {
  private Main() {}

  /** Exit code 0: done. 1: failed. 2: wrong usage or settings. */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    Path home = Path.of(System.getProperty("headrace.home", "")).toAbsolutePath().normalize();
    Stop stop = Stop.onSignal();
    int code = run(arguments, new Context(new Environment(System.getenv()), home, out, err, stop));
    stop.finished(code);
    System.exit(code);
  }

  private static void allowUnmatched(CommandLine command) {
    command.getSubcommands().values().forEach(Main::allowUnmatched);
    command.setUnmatchedArgumentsAllowed(command.getSubcommands().isEmpty());
  }

  static int run(String[] arguments, Context context) {
    CommandLine line =
        new CommandLine(new Headrace(), new CommandFactory(context))
            .setOut(context.out())
            .setErr(context.err())
            // A name that begins with @ is that name, and no file to read arguments from.
            .setExpandAtFiles(false)
            .setDefaultValueProvider(context.environment())
            .setParameterExceptionHandler(new WrongUsage())
            .setExecutionExceptionHandler(new Failures(context));
    // Unknown options are reported together with whatever else is wrong.
    line.getSubcommands().values().forEach(Main::allowUnmatched);
    return line.execute(arguments);
  }
}
