package io.headrace.cli.settings;

import io.headrace.console.ConsoleSettings;
import io.headrace.stage.Database;
import io.headrace.wire.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns options into settings, or tells all that is wrong with them. */
public final class SettingsReader {
  private static final int MAX_PORT = 65_535;
  private static final int MAX_PARTITIONS = 1000;
  private static final int MAX_THREADS = 64;
  private static final int MAX_WORKLOAD = 100_000;
  private static final int MAX_DEAD_LETTERS = 10_000;

  private final Options options;
  private final Environment environment;
  private final Path home;
  private final List<String> problems = new ArrayList<>();

  private SettingsReader(Options options, Environment environment, Path home) {
    this.options = options;
    this.environment = environment;
    this.home = home;
  }

  /**
   * Checks and converts.
   *
   * @param use what the settings are for
   * @param command for suggestions
   * @param home the folder of this program, in which {@code sql} and {@code .headrace} are looked
   *     for
   * @throws SettingsException with all problems
   */
  public static Settings read(
      Options options, Use use, CommandLine command, Environment environment, Path home) {
    SettingsReader reader = new SettingsReader(options, environment, home);
    reader.unknown(command);
    Settings settings = reader.settings(use);
    if (settings == null || !reader.problems.isEmpty()) {
      throw new SettingsException(reader.problems);
    }
    return settings;
  }

  /**
   * The other warehouse; null when none is named.
   *
   * @throws SettingsException with all problems
   */
  public static @Nullable Database into(IntoOptions options, Environment environment) {
    SettingsReader reader = new SettingsReader(new Options(), environment, Path.of(""));
    Database into =
        reader.database(
            "--into", options.into, options.intoPasswordFile, Environment.INTO_PASSWORD);
    if (!reader.problems.isEmpty()) {
      throw new SettingsException(reader.problems);
    }
    return into;
  }

  /**
   * Where a stage serves HTTP.
   *
   * @param standard its port where none is named
   * @throws SettingsException when the port is none
   */
  public static HttpSettings http(HttpOptions options, int standard) {
    List<String> problems = new ArrayList<>();
    int port = BoundedNumber.read(problems, "--http-port", options.port, standard, 1, MAX_PORT);
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
    return new HttpSettings(
        options.address == null ? Defaults.HTTP_ADDRESS : options.address, port);
  }

  private void unknown(CommandLine command) {
    List<String> arguments = command.getUnmatchedArguments();
    if (!arguments.isEmpty()) {
      UnmatchedArgumentException unmatched = new UnmatchedArgumentException(command, arguments);
      List<String> alike = unmatched.getSuggestions();
      problems.add(
          unmatched.getMessage()
              + (alike.isEmpty() ? "" : "; did you mean " + String.join(" or ", alike) + "?"));
    }
    problems.addAll(environment.unknown(command.getCommandSpec()));
  }

  private @Nullable Settings settings(Use use) {
    needed(use.needsSource, "--source", "postgresql://user@host:port/database", options.source);
    needed(
        use.needsWarehouse,
        "--warehouse",
        "postgresql://user@host:port/database",
        options.warehouse);
    needed(use.needsKafka, "--kafka", "host:port", options.kafka);
    notBoth("--source", options.source, "--source-port", options.sourcePort);
    notBoth("--warehouse", options.warehouse, "--warehouse-port", options.warehousePort);
    notBoth("--kafka", options.kafka, "--kafka-port", options.kafkaPort);
    Database source =
        database(
            "--source", options.source, options.sourcePasswordFile, Environment.SOURCE_PASSWORD);
    Database warehouse =
        database(
            "--warehouse",
            options.warehouse,
            options.warehousePasswordFile,
            Environment.WAREHOUSE_PASSWORD);
    int sourcePort = number("--source-port", options.sourcePort, Defaults.SOURCE_PORT, 1, MAX_PORT);
    int warehousePort =
        number("--warehouse-port", options.warehousePort, Defaults.WAREHOUSE_PORT, 1, MAX_PORT);
    int kafkaPort = number("--kafka-port", options.kafkaPort, Defaults.KAFKA_PORT, 1, MAX_PORT);
    different(use, sourcePort, warehousePort, kafkaPort);
    Topics topics = topics();
    int partitions =
        number("--partitions", options.partitions, Defaults.PARTITIONS, 1, MAX_PARTITIONS);
    int replicas =
        number(
            "--replication-factor",
            options.replicationFactor,
            Defaults.REPLICATION_FACTOR,
            1,
            Short.MAX_VALUE);
    int threads = number("--threads", options.threads, Defaults.THREADS, 1, MAX_THREADS);
    int deadLetterLimit =
        number(
            "--dead-letter-limit",
            options.deadLetterLimit,
            Defaults.DEAD_LETTER_LIMIT,
            0,
            MAX_DEAD_LETTERS);
    int workload = number("--workload", options.workload, 0, 1, MAX_WORKLOAD);
    ConsoleSettings console = new ConsoleReader(options.console, environment, problems).read();
    Path sql = sql(use);
    String kafka = kafka();
    if (topics == null) {
      return null;
    }
    return new Settings(
        source,
        warehouse,
        kafka,
        sourcePort,
        warehousePort,
        kafkaPort,
        folder(options.data, Defaults.DATA),
        sql,
        topics,
        partitions,
        (short) replicas,
        threads,
        deadLetterLimit,
        options.resnapshot,
        options.refill,
        workload,
        console,
        new LogSettings(options.verbose, logFormat()));
  }

  private void needed(boolean needed, String option, String shape, @Nullable String value) {
    if (needed && value == null) {
      problems.add(
          option
              + " "
              + shape
              + " is needed (or "
              + Environment.variable(option)
              + "): this command starts no server of its own.");
    }
  }

  private void notBoth(
      String option, @Nullable String value, String port, @Nullable String portValue) {
    if (value != null && portValue != null) {
      problems.add(
          port
              + " moves the embedded server, but "
              + option
              + " puts another in its place: give one of the two.");
    }
  }

  private @Nullable Database database(
      String option, @Nullable String url, @Nullable String passwordFile, String variable) {
    String known = password(option, passwordFile, variable);
    if (url == null) {
      return null;
    }
    try {
      PostgresUrl parsed = PostgresUrl.parse(url);
      if (known != null && parsed.password() != null) {
        problems.add("The password of " + option + " is given twice: leave it out of the URL.");
      }
      String password = known != null ? known : parsed.password();
      return parsed.with(password == null ? "" : password);
    } catch (IllegalArgumentException e) {
      problems.add(option + " " + e.getMessage() + ".");
      return null;
    }
  }

  private @Nullable String password(String option, @Nullable String file, String variable) {
    String value = environment.get(variable);
    if (file == null) {
      return value;
    }
    if (value != null) {
      problems.add("Both " + variable + " and " + option + "-password-file are set: give one.");
    }
    try {
      return Files.readString(Path.of(file)).stripTrailing();
    } catch (IOException e) {
      problems.add(option + "-password-file cannot be read: " + e + ".");
      return null;
    }
  }

  private LogSettings.Format logFormat() {
    String format = options.logFormat == null ? "text" : options.logFormat;
    for (LogSettings.Format each : LogSettings.Format.values()) {
      if (each.toString().equals(format)) {
        return each;
      }
    }
    problems.add("--log-format must be text or json but was " + format + ".");
    return LogSettings.Format.TEXT;
  }

  private int number(String option, @Nullable String value, int standard, int least, int most) {
    return BoundedNumber.read(problems, option, value, standard, least, most);
  }

  private void different(Use use, int sourcePort, int warehousePort, int kafkaPort) {
    if (use != Use.UP) {
      return;
    }
    same("--source-port", sourcePort, "--warehouse-port", warehousePort);
    same("--source-port", sourcePort, "--kafka-port", kafkaPort);
    same("--warehouse-port", warehousePort, "--kafka-port", kafkaPort);
  }

  private void same(String one, int onePort, String other, int otherPort) {
    if (onePort == otherPort) {
      problems.add(one + " and " + other + " must differ but both are " + onePort + ".");
    }
  }

  private @Nullable Topics topics() {
    String prefix = options.prefix == null ? Defaults.PREFIX : options.prefix;
    try {
      return new Topics(prefix);
    } catch (IllegalArgumentException e) {
      problems.add("--prefix must consist of letters, digits, _ and - but was \"" + prefix + "\".");
      return null;
    }
  }

  private @Nullable String kafka() {
    String servers = options.kafka;
    if (servers != null && !servers.matches("[^\\s,:]+:\\d{1,5}(,[^\\s,:]+:\\d{1,5})*")) {
      problems.add("--kafka must be host:port, several between commas, but was " + servers + ".");
    }
    return servers;
  }

  private Path sql(Use use) {
    Path sql = folder(options.sql, Defaults.SQL);
    if (use != Use.REFRESH && !Files.isDirectory(sql.resolve("star"))) {
      problems.add(
          "--sql must be a folder with a folder star in it, but there is no "
              + sql.resolve("star")
              + ".");
    }
    return sql;
  }

  /** What the user names is where the user stands; what nobody names is where the program is. */
  private Path folder(@Nullable String named, String standard) {
    return (named == null ? home.resolve(standard) : Path.of(named)).toAbsolutePath().normalize();
  }
}
