package io.headrace.cli;

import io.headrace.cli.replay.Definition;
import io.headrace.cli.settings.Settings;
import io.headrace.console.ConsoleServer;
import io.headrace.console.ConsoleSettings;
import io.headrace.console.Subject;
import io.headrace.observe.Hop;
import io.headrace.observe.Observed;
import io.headrace.observe.PipelineMeters;
import io.headrace.observe.PipelineWatch;
import io.headrace.observe.ProcessMeters;
import io.headrace.stage.Database;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Puts the page in the browser, and health and metrics beside it, together with the pipeline that
 * they show.
 */
final class BrowserConsole implements AutoCloseable {
  private final PipelineWatch watch;
  private final ConsoleServer server;

  private BrowserConsole(PipelineWatch watch, ConsoleServer server) {
    this.watch = watch;
    this.server = server;
  }

  /**
   * Begins to look and to serve.
   *
   * @param meters those of this process
   * @throws io.headrace.console.ConsoleException when it cannot listen
   */
  static BrowserConsole start(
      ConsoleSettings console,
      Settings settings,
      Path home,
      Database source,
      Database warehouse,
      String kafka,
      ProcessMeters meters) {
    Set<Hop> all = Set.of(Hop.values());
    PipelineWatch watch =
        PipelineWatch.start(
            new Observed(source, warehouse, kafka, settings.topics(), List.of(), null));
    new PipelineMeters(watch, all).bindTo(meters.registry());
    try {
      return new BrowserConsole(
          watch,
          ConsoleServer.start(
              console,
              new Subject(
                  source,
                  warehouse,
                  kafka,
                  settings.topics(),
                  () -> Definition.shown(source, warehouse).star(),
                  watch,
                  StageHttp.routes(watch, all, meters),
                  new OwnCommands(settings, home, source, warehouse, kafka))));
    } catch (RuntimeException e) {
      watch.close();
      throw e;
    }
  }

  /** What a person types into the browser. */
  String url() {
    return server.url();
  }

  @Override
  public void close() {
    server.close();
    watch.close();
  }
}
