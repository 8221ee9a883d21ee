package io.headrace.cli.settings;

import io.headrace.stage.Database;
import io.headrace.verify.Filter;
import io.headrace.verify.VerifySettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** As {@link SettingsReader}, for {@link VerifyOptions} too. */
public final class VerifyReader {
  private static final int MOST_ROWS = 10_000_000;
  private static final int MOST_SECONDS = 86_400;
  private static final int MOST_SHOWN = 10_000;

  private final VerifyOptions options;
  private final List<String> problems = new ArrayList<>();

  private VerifyReader(VerifyOptions options) {
    this.options = options;
  }

  /**
   * Checks and converts.
   *
   * @throws SettingsException with all problems of both sets of options
   */
  public static VerifyChoice read(
      Options shared,
      VerifyOptions options,
      CommandLine command,
      Environment environment,
      Path home) {
    VerifyReader reader = new VerifyReader(options);
    VerifySettings verify = reader.verify();
    Database replica = reader.replica(environment);
    Settings settings = null;
    try {
      settings = SettingsReader.read(shared, Use.RUNNING, command, environment, home);
    } catch (SettingsException e) {
      reader.problems.addAll(0, e.problems());
    }
    if (settings == null || !reader.problems.isEmpty()) {
      throw new SettingsException(reader.problems);
    }
    if (replica != null && settings.source() != null && replica.password().isEmpty()) {
      String password = settings.source().password();
      replica =
          new Database(replica.host(), replica.port(), replica.name(), replica.user(), password);
    }
    return new VerifyChoice(settings, verify, replica, options.keysOnly, options.json);
  }

  private VerifySettings verify() {
    VerifySettings standard = VerifySettings.all();
    return new VerifySettings(
        options.tables,
        new Filter(options.where, sample()),
        BoundedNumber.read(problems, "--rate", options.rate, standard.rate(), 1, MOST_ROWS),
        seconds("--hold", options.hold, standard.hold()),
        standard.pageRows(),
        BoundedNumber.read(
            problems, "--differences", options.differences, standard.shown(), 0, MOST_SHOWN),
        seconds("--patience", options.patience, standard.patience()));
  }

  private Filter.@Nullable Sample sample() {
    if (options.sample == null) {
      if (options.seed != null) {
        problems.add("--seed chooses a sample: give --sample too.");
      }
      return null;
    }
    return new Filter.Sample(percent(options.sample), seed(options.seed));
  }

  private double percent(String text) {
    try {
      double percent = Double.parseDouble(text);
      if (percent > 0 && percent <= 100) {
        return percent;
      }
    } catch (NumberFormatException e) {
      // Said below: the rule is the same.
    }
    problems.add(
        "--sample must be a number of percent, above 0 and at most 100, but was " + text + ".");
    return 100;
  }

  private long seed(@Nullable String text) {
    if (text == null) {
      return new Random().nextInt(Integer.MAX_VALUE);
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      problems.add("--seed must be a whole number but was " + text + ".");
      return 0;
    }
  }

  private @Nullable Database replica(Environment environment) {
    if (options.readFrom == null) {
      return null;
    }
    try {
      PostgresUrl url = PostgresUrl.parse(options.readFrom);
      String known = url.password() == null ? environment.get(Environment.SOURCE_PASSWORD) : null;
      return url.with(url.password() != null ? url.password() : known == null ? "" : known);
    } catch (IllegalArgumentException e) {
      problems.add("--read-from " + e.getMessage() + ".");
      return null;
    }
  }

  private Duration seconds(String option, @Nullable String value, Duration standard) {
    return Duration.ofSeconds(
        BoundedNumber.read(problems, option, value, (int) standard.toSeconds(), 1, MOST_SECONDS));
  }
}
