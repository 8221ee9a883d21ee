package io.headrace.cli;

import io.headrace.cli.settings.HttpSettings;
import io.headrace.observe.Hop;
import io.headrace.observe.Observed;
import io.headrace.observe.PipelineMeters;
import io.headrace.observe.PipelineWatch;
import io.headrace.observe.PipelineWatch.Seen;
import io.headrace.observe.ProcessMeters;
import io.headrace.observe.Readiness;
import io.headrace.observe.http.HealthRoutes;
import io.headrace.observe.http.HttpServer;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Health and metrics of a process with one stage. */
final class StageHttp implements AutoCloseable {
  /** A watch that has not looked for so long hangs, and the process with it, for all we know. */
  private static final Duration HANGS = Duration.ofMinutes(1);

  private final PipelineWatch watch;
  private final HttpServer server;

  private StageHttp(PipelineWatch watch, HttpServer server) {
    this.watch = watch;
    this.server = server;
  }

  /**
   * Begins to look and to serve.
   *
   * @param hops those that this stage depends on, and itself
   * @throws CommandException when nobody can listen there
   */
  static StageHttp start(
      HttpSettings settings, Observed observed, Set<Hop> hops, ProcessMeters meters) {
    PipelineWatch watch = PipelineWatch.start(observed);
    new PipelineMeters(watch, hops).bindTo(meters.registry());
    HealthRoutes routes = routes(watch, hops, meters);
    try {
      return new StageHttp(
          watch, HttpServer.start(settings.address(), settings.port(), routes::add));
    } catch (IllegalArgumentException e) {
      watch.close();
      throw new CommandException(
          e.getMessage() + ". Choose another with --http-port or --http-address.", e);
    }
  }

  /** What is served of what a watch sees. */
  static HealthRoutes routes(PipelineWatch watch, Set<Hop> hops, ProcessMeters meters) {
    return new HealthRoutes(
        () -> live(watch), () -> Readiness.of(watch.seen(), hops), meters.registry());
  }

  private static Readiness live(PipelineWatch watch) {
    Seen seen = watch.seen();
    return seen != null && seen.age().compareTo(HANGS) > 0
        ? new Readiness(
            false,
            List.of("nobody has looked at the pipeline for " + seen.age().toSeconds() + " s"))
        : new Readiness(true, List.of());
  }

  @Override
  public void close() {
    server.close();
    watch.close();
  }
}
