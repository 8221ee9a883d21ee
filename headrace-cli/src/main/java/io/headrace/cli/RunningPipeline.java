package io.headrace.cli;

import io.headrace.cli.settings.Settings;
import io.headrace.stage.Database;

/**
 * Where the servers of a pipeline are that runs already: what the settings name, and otherwise what
 * a {@code headrace up} of the same settings has started.
 */
record RunningPipeline(Database source, Database warehouse, String kafka) {

  static RunningPipeline of(Settings settings) {
    Database source = settings.source();
    Database warehouse = settings.warehouse();
    String kafka = settings.kafka();
    return new RunningPipeline(
        source != null ? source : embedded(settings.sourcePort()),
        warehouse != null ? warehouse : embedded(settings.warehousePort()),
        kafka != null ? kafka : "127.0.0.1:" + settings.kafkaPort());
  }

  private static Database embedded(int port) {
    return new Database("127.0.0.1", port, "postgres", "postgres", "postgres");
  }
}
