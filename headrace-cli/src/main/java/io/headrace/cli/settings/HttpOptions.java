package io.headrace.cli.settings;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a stage serves its health and its metrics. */
public final class HttpOptions {
  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description =
          "Port of /health/live, /health/ready and /metrics (default: capture "
              + Defaults.CAPTURE_HTTP_PORT
              + ", transform "
              + Defaults.TRANSFORM_HTTP_PORT
              + ", sink "
              + Defaults.SINK_HTTP_PORT
              + ").")
  @Nullable String port;

  @Option(
      names = "--http-address",
      paramLabel = "ADDRESS",
      description = "The address they listen on (default: " + Defaults.HTTP_ADDRESS + ").")
  @Nullable String address;
}
