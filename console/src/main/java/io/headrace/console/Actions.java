package io.headrace.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.headrace.sink.Pause;
import io.headrace.stage.StageException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the page can do. All but the pause are headrace's own commands, run as a person would. */
final class Actions {
  /**
   * A name that a person may send; that it is neither an option of the command nor a file of
   * arguments ({@code @file}) is all that matters.
   */
  private static final Pattern NAME = Pattern.compile("[^\\s@-]\\S{0,200}");

  private final Subject subject;
  private final Jobs jobs;

  Actions(Subject subject, Jobs jobs) {
    this.subject = subject;
    this.jobs = jobs;
  }

  void mount(RoutesConfig routes) {
    routes.post("/api/refresh", request -> run(request, refresh(Api.body(request))));
    routes.post("/api/refresh/cancel", request -> run(request, cancel(Api.body(request))));
    routes.post("/api/verify", request -> run(request, verify(Api.body(request))));
    routes.post("/api/repair", request -> run(request, repair(Api.body(request))));
    routes.post("/api/replay", request -> run(request, replay(Api.body(request))));
    routes.post("/api/resync", request -> run(request, resync(Api.body(request))));
    routes.post("/api/dead-letters", request -> run(request, letters(Api.body(request))));
    routes.post("/api/pause", this::pause);
    routes.post("/api/resume", this::resume);
    routes.post("/api/jobs/{id}/stop", this::stop);
  }

  private void run(Context request, List<String> arguments) {
    Api.json(request, JobJson.of(jobs.start(arguments).view()).toString());
  }

  private static List<String> refresh(JsonNode wish) {
    List<String> command = new ArrayList<>(List.of("refresh", "--wait"));
    String mart = name(wish, "mart");
    if (mart != null) {
      command.add(mart);
    }
    return command;
  }

  private static List<String> cancel(JsonNode wish) {
    return List.of("refresh", needed(wish, "mart"), "--cancel");
  }

  private static List<String> verify(JsonNode wish) {
    List<String> command = new ArrayList<>(List.of("verify"));
    option(command, "--table", name(wish, "table"));
    option(command, "--sample", name(wish, "sample"));
    return command;
  }

  private static List<String> repair(JsonNode wish) {
    List<String> command = new ArrayList<>(List.of("repair"));
    option(command, "--verification", name(wish, "verification"));
    return command;
  }

  private static List<String> replay(JsonNode wish) {
    List<String> command = new ArrayList<>(List.of("replay"));
    String table = name(wish, "table");
    if (table == null) {
      command.add("--verify");
    }
    option(command, "--table", table);
    return command;
  }

  private static List<String> resync(JsonNode wish) {
    return List.of("resync", needed(wish, "table"));
  }

  private static List<String> letters(JsonNode wish) {
    String act = needed(wish, "act");
    if (!act.equals("retry") && !act.equals("discard")) {
      throw new Refused(400, "Dead letters can be retried or discarded.");
    }
    String id = name(wish, "id");
    if (id == null && act.equals("discard")) {
      throw new Refused(400, "Which dead letter is to be discarded must be said.");
    }
    List<String> command = new ArrayList<>(List.of("dead-letters", act));
    command.add(id == null ? "--all" : id);
    return command;
  }

  private void pause(Context request) {
    String reason = Api.body(request).path("reason").asText("").strip();
    try {
      Pause.begin(subject.warehouse(), "the console", reason);
    } catch (StageException e) {
      throw new Refused(503, String.valueOf(e.getMessage()));
    }
    Api.json(request, "{}");
  }

  private void resume(Context request) {
    try {
      var unused = Pause.end(subject.warehouse());
    } catch (StageException e) {
      throw new Refused(503, String.valueOf(e.getMessage()));
    }
    Api.json(request, "{}");
  }

  private void stop(Context request) {
    jobs.get(request.pathParamAsClass("id", Integer.class).get()).stop();
    Api.json(request, "{}");
  }

  private static void option(List<String> command, String option, @Nullable String value) {
    if (value != null) {
      command.add(option);
      command.add(value);
    }
  }

  private static String needed(JsonNode wish, String field) {
    String value = name(wish, field);
    if (value == null) {
      throw new Refused(400, field + " is needed.");
    }
    return value;
  }

  private static @Nullable String name(JsonNode wish, String field) {
    String value = wish.path(field).asText("");
    if (value.isEmpty()) {
      return null;
    }
    if (!NAME.matcher(value).matches()) {
      throw new Refused(400, field + " must be a name but was " + value + ".");
    }
    return value;
  }
}
