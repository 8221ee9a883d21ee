package io.headrace.cli;

import io.headrace.cli.settings.Settings;
import io.headrace.stage.Database;
import org.jspecify.annotations.Nullable;

/** The servers of a pipeline that runs already: the user's own, or those of {@code up}. */
record RunningServers(Settings settings) {

  Database source() {
    return database(settings.source(), settings.sourcePort());
  }

  Database warehouse() {
    return database(settings.warehouse(), settings.warehousePort());
  }

  /** Kafka's bootstrap servers. */
  String kafka() {
    String given = settings.kafka();
    return given != null ? given : "127.0.0.1:" + settings.kafkaPort();
  }

  private static Database database(@Nullable Database given, int port) {
    return given != null
        ? given
        : new Database("127.0.0.1", port, "postgres", "postgres", "postgres");
  }
}
