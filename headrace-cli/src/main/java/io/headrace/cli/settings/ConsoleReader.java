package io.headrace.cli.settings;

import io.headrace.console.ConsoleSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the console listens, and whom it lets in. */
final class ConsoleReader {
  private static final int MAX_PORT = 65_535;
  private static final int MIN_PORT = 0;

  private final ConsoleOptions options;
  private final Environment environment;
  private final List<String> problems;

  ConsoleReader(ConsoleOptions options, Environment environment, List<String> problems) {
    this.options = options;
    this.environment = environment;
    this.problems = problems;
  }

  /** Reads them; null for no console. */
  @Nullable ConsoleSettings read() {
    int port =
        BoundedNumber.read(
            problems, "--console-port", options.port, Defaults.CONSOLE_PORT, MIN_PORT, MAX_PORT);
    String address = options.address == null ? Defaults.CONSOLE_ADDRESS : options.address;
    String token = token();
    ConsoleSettings.Tls tls = tls();
    if (port != 0 && !options.insecure && !ConsoleSettings.isLoopback(address)) {
      mustBeSafe(address, token, tls);
    }
    List<String> names = options.host == null ? List.of() : List.of(options.host.split(",", -1));
    if (names.stream().anyMatch(name -> !name.matches("[^\\s:/]+"))) {
      problems.add(
          "--console-host must be names without port, several between commas, but was "
              + options.host
              + ".");
    }
    return port == 0 ? null : new ConsoleSettings(address, port, token, tls, names);
  }

  private void mustBeSafe(
      String address, @Nullable String token, ConsoleSettings.@Nullable Tls tls) {
    if (token == null) {
      problems.add(
          "--console-address "
              + address
              + " lets others reach the console: give it a token by --console-token-file or HEADRACE_CONSOLE_TOKEN,"
              + " or choose --console-insecure.");
    }
    if (tls == null) {
      problems.add(
          "--console-address "
              + address
              + " lets others listen to the console: give it a certificate by --console-tls-keystore,"
              + " or choose --console-insecure.");
    }
  }

  private @Nullable String token() {
    String token = environment.get(Environment.CONSOLE_TOKEN);
    if (options.tokenFile != null) {
      if (token != null) {
        problems.add(
            "Both " + Environment.CONSOLE_TOKEN + " and --console-token-file are set: give one.");
      }
      try {
        token = Files.readString(Path.of(options.tokenFile)).strip();
      } catch (IOException e) {
        problems.add("--console-token-file cannot be read: " + e + ".");
        return null;
      }
    }
    if (token != null && token.length() < ConsoleSettings.SHORTEST_TOKEN) {
      problems.add(
          "The console's token must have at least "
              + ConsoleSettings.SHORTEST_TOKEN
              + " letters but has "
              + token.length()
              + ".");
    }
    return token;
  }

  private ConsoleSettings.@Nullable Tls tls() {
    if (options.keystore == null) {
      return null;
    }
    Path keystore = Path.of(options.keystore).toAbsolutePath();
    if (!Files.isReadable(keystore)) {
      problems.add("--console-tls-keystore cannot be read: " + keystore + ".");
    }
    String password = environment.get(Environment.CONSOLE_TLS_PASSWORD);
    if (password == null) {
      problems.add(
          "--console-tls-keystore needs its password in " + Environment.CONSOLE_TLS_PASSWORD + ".");
    }
    return new ConsoleSettings.Tls(keystore, password == null ? "" : password);
  }
}
