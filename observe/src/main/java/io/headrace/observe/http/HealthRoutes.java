package io.headrace.observe.http;

import io.headrace.observe.Readiness;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.javalin.http.HttpStatus;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.function.Supplier;

/**
 * {@code /health/live}, {@code /health/ready} and {@code /metrics}, to be added to whatever serves
 * HTTP. Health answers 200 or 503, with the causes as text, or as JSON to who accepts that.
 */
public final class HealthRoutes {
  private static final String JSON = "application/json";

  /** The text format of Prometheus. */
  private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";

  private final Supplier<Readiness> live;
  private final Supplier<Readiness> ready;
  private final PrometheusMeterRegistry registry;

  /**
   * Routes.
   *
   * @param live whether this process works at all: a no is a reason to start it again
   * @param ready whether changes pass
   */
  public HealthRoutes(
      Supplier<Readiness> live, Supplier<Readiness> ready, PrometheusMeterRegistry registry) {
    this.live = live;
    this.ready = ready;
    this.registry = registry;
  }

  /** Adds them. */
  public void add(JavalinConfig config) {
    config.routes.get("/health/live", context -> answer(context, live.get()));
    config.routes.get("/health/ready", context -> answer(context, ready.get()));
    config.routes.get(
        "/metrics", context -> context.contentType(METRICS).result(registry.scrape()));
  }

  private static void answer(Context context, Readiness readiness) {
    context.status(readiness.ready() ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
    context.header(Header.CACHE_CONTROL, "no-store");
    String accepted = context.header(Header.ACCEPT);
    if (accepted != null && accepted.contains(JSON)) {
      context.contentType(JSON).result(readiness.json());
    } else {
      context.contentType("text/plain; charset=utf-8").result(readiness.text());
    }
  }
}
