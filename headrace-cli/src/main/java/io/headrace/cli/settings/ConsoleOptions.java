package io.headrace.cli.settings;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Of {@link Options}, those of the page in the browser; turned into settings by {@link
 * ConsoleReader}.
 */
public final class ConsoleOptions {
  @Option(
      names = "--console-port",
      paramLabel = "PORT",
      description = "Port of the console, 0 for none (default: " + Defaults.CONSOLE_PORT + ").")
  @Nullable String port;

  @Option(
      names = "--console-address",
      paramLabel = "ADDRESS",
      description =
          "Address the console listens on (default: "
              + Defaults.CONSOLE_ADDRESS
              + "). Any other than loopback needs a token and TLS.")
  @Nullable String address;

  @Option(
      names = "--console-host",
      paramLabel = "NAME",
      description = "Name by which browsers may call the console, several between commas.")
  @Nullable String host;

  @Option(
      names = "--console-token-file",
      paramLabel = "FILE",
      description = "File with the token that the console asks for; or set HEADRACE_CONSOLE_TOKEN.")
  @Nullable String tokenFile;

  @Option(
      names = "--console-tls-keystore",
      paramLabel = "FILE",
      description =
          "PKCS12 or JKS with the console's certificate; its password in HEADRACE_CONSOLE_TLS_PASSWORD.")
  @Nullable String keystore;

  @Option(
      names = "--console-insecure",
      description = "Do without token or TLS although others can reach the console's address.")
  boolean insecure;
}
