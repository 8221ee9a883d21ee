package io.headrace.cli.settings;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The environment's settings: every option {@code --some-name} is also {@code HEADRACE_SOME_NAME};
 * the command line wins.
 */
public final class Environment implements IDefaultValueProvider {
  static final String SOURCE_PASSWORD = "HEADRACE_SOURCE_PASSWORD";
  static final String WAREHOUSE_PASSWORD = "HEADRACE_WAREHOUSE_PASSWORD";

  static final String CONSOLE_TOKEN = "HEADRACE_CONSOLE_TOKEN";
  static final String CONSOLE_TLS_PASSWORD = "HEADRACE_CONSOLE_TLS_PASSWORD";
  static final String INTO_PASSWORD = "HEADRACE_INTO_PASSWORD";

  private static final String PREFIX = "HEADRACE_";

  /** Not settings of the commands, but of the launcher and of the benchmark. */
  private static final Set<String> OTHERS = Set.of("HEADRACE_JAVA_OPTS", "HEADRACE_HOME");

  private static final String BENCH = "HEADRACE_BENCH_";

  /** As many letters may differ for a name to be suggested. */
  private static final int ALIKE = 4;

  private final Map<String, String> variables;

  public Environment(Map<String, String> variables) {
    this.variables = Map.copyOf(variables);
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (argument instanceof OptionSpec option && option.usageHelp()) {
      return null;
    }
    return argument instanceof OptionSpec option ? get(variable(option.longestName())) : null;
  }

  /** A variable's value; null when it is not set, or set to nothing. */
  @Nullable String get(String name) {
    String value = variables.get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  /** {@code --source-port} is {@code HEADRACE_SOURCE_PORT}. */
  static String variable(String option) {
    return PREFIX + option.substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /**
   * One sentence for each variable that looks like ours and is not. Those of other commands are:
   * several commands may share an environment.
   */
  List<String> unknown(CommandSpec command) {
    Set<String> known = new TreeSet<>(OTHERS);
    known.add(SOURCE_PASSWORD);
    known.add(WAREHOUSE_PASSWORD);
    known.add(INTO_PASSWORD);
    known.add(CONSOLE_TOKEN);
    known.add(CONSOLE_TLS_PASSWORD);
    options(command.root())
        .filter(option -> !option.usageHelp())
        .forEach(option -> known.add(variable(option.longestName())));
    return variables.keySet().stream()
        .filter(name -> name.startsWith(PREFIX) && !name.startsWith(BENCH))
        .filter(name -> !known.contains(name))
        .sorted()
        .map(name -> "The environment variable " + name + " is unknown" + suggestion(name, known))
        .toList();
  }

  private static Stream<OptionSpec> options(CommandSpec command) {
    return Stream.concat(
        command.options().stream(),
        command.subcommands().values().stream()
            .flatMap(subcommand -> options(subcommand.getCommandSpec())));
  }

  private static String suggestion(String name, Set<String> known) {
    Optional<String> nearest =
        known.stream().min(Comparator.comparingInt(k -> Edits.between(name, k)));
    return nearest
        .filter(k -> Edits.between(name, k) <= ALIKE)
        .map(k -> "; did you mean " + k + "?")
        .orElse(".");
  }
}
