package io.headrace.cli.settings;

import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A command line read as a command reads it. */
@Command(name = "test")
final class Parsed {
  @Mixin private final Options options = new Options();

  static Settings settings(Use use, Path home, Map<String, String> variables, String... arguments) {
    Environment environment = new Environment(variables);
    Parsed parsed = new Parsed();
    CommandLine line = new CommandLine(parsed);
    line.setDefaultValueProvider(environment);
    line.setUnmatchedArgumentsAllowed(true);
    line.parseArgs(arguments);
    return SettingsReader.read(parsed.options, use, line, environment, home);
  }
}
