package io.headrace.console;

import static io.headrace.console.WarehouseView.list;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the page asks for; the answers are JSON. */
final class Api {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** Points of a chart. */
  private static final int POINTS = 180;

  /** Seconds between two points of the history. */
  private static final int FINEST = 10;

  private static final int SECONDS_OF_A_WEEK = 7 * 86_400;

  private final WarehouseView view;
  private final Jobs jobs;
  private final StarCache star;
  private final Logins logins;
  private final Guard guard;

  Api(Subject subject, Jobs jobs, Logins logins, Guard guard) {
    view = new WarehouseView(subject.warehouse());
    star = new StarCache(subject.star());
    this.jobs = jobs;
    this.logins = logins;
    this.guard = guard;
  }

  void mount(RoutesConfig routes) {
    routes.post("/api/login", this::login);
    routes.post("/api/logout", this::logout);
    routes.get("/api/runs", this::runs);
    routes.get("/api/runs/{kind}/{id}/log", this::log);
    routes.get("/api/history", this::history);
    routes.get("/api/dead-letters", request -> warehouse(request, WarehouseView::deadLetters));
    routes.get("/api/star", request -> json(request, star.json()));
    routes.get("/api/jobs/{id}", this::job);
  }

  private void login(Context request) {
    if (!logins.isToken(body(request).path("token").asText())) {
      throw new Refused(401, "That is not the token.");
    }
    request.cookie(guard.cookie(request, logins.begin()));
    json(request, "{}");
  }

  private void logout(Context request) {
    logins.end(request.cookie(Guard.COOKIE));
    request.cookie(guard.cookie(request, ""));
    json(request, "{}");
  }

  private void runs(Context request) {
    warehouse(
        request,
        connection ->
            list(
                WarehouseView.runs(
                    connection,
                    parameter(request, "kind"),
                    parameter(request, "outcome"),
                    parameter(request, "text"),
                    500)));
  }

  private void log(Context request) {
    warehouse(
        request,
        connection ->
            WarehouseView.log(connection, request.pathParam("kind"), request.pathParam("id")));
  }

  private void history(Context request) {
    int seconds = request.queryParamAsClass("seconds", Integer.class).get();
    Duration past = Duration.ofSeconds(Math.min(Math.max(seconds, 60), SECONDS_OF_A_WEEK));
    Duration step = Duration.ofSeconds(Math.max(FINEST, past.toSeconds() / POINTS));
    warehouse(request, connection -> WarehouseView.history(connection, past, step));
  }

  private void job(Context request) {
    Job job = jobs.get(request.pathParamAsClass("id", Integer.class).get());
    ObjectNode node = JobJson.of(job.view());
    var lines = node.putArray("lines");
    for (Job.Line line : job.lines()) {
      lines
          .addObject()
          .put("number", line.number())
          .put("at", line.at().toString())
          .put("words", line.words());
    }
    json(request, node.toString());
  }

  private void warehouse(Context request, WarehouseView.Question<String> question) {
    try {
      json(request, view.ask(question));
    } catch (SQLException e) {
      throw new Refused(503, "The warehouse does not answer: " + firstLine(e));
    }
  }

  /** PostgreSQL's own words; what follows them is for whoever wrote the query. */
  static String firstLine(SQLException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  static void json(Context request, String json) {
    request.contentType("application/json; charset=utf-8").result(json);
  }

  /** What was sent. */
  static JsonNode body(Context request) {
    try {
      return JSON.readTree(request.body());
    } catch (JsonProcessingException e) {
      throw new Refused(400, "What was sent is no JSON.");
    }
  }

  private static @Nullable String parameter(Context request, String name) {
    String value = request.queryParam(name);
    return value == null || value.isBlank() ? null : value;
  }
}
