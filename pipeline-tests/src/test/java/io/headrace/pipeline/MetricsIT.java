package io.headrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headrace.observe.Hop;
import io.headrace.observe.PipelineMeters;
import io.headrace.observe.PipelineWatch;
import io.headrace.observe.ProcessMeters;
import io.headrace.observe.Readiness;
import io.headrace.observe.http.HealthRoutes;
import io.headrace.observe.http.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Health and metrics of a running pipeline; every name that is watched somewhere exists. */
class MetricsIT {
  private static final Pattern NAME =
      Pattern.compile("\\b(?:headrace|jvm|process|system|kafka)_[a-z0-9_]*[a-z0-9]\\b");
  private static final Set<Hop> ALL = EnumSet.allOf(Hop.class);

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void every_name_in_rules_dashboard_and_document_exists() throws Exception {
    Setup setup = Setup.of(Example.SCHOOL, 3);
    try (ProcessMeters meters = new ProcessMeters();
        Pipeline pipeline = Pipeline.start(setup, meters.registry());
        PipelineWatch watch = PipelineWatch.start(setup.observed())) {
      new PipelineMeters(watch, ALL).bindTo(meters.registry());
      HealthRoutes routes =
          new HealthRoutes(
              () -> new Readiness(true, List.of()),
              () -> Readiness.of(watch.seen(), ALL),
              meters.registry());
      try (HttpServer server = HttpServer.start("127.0.0.1", 0, routes::add)) {
        await()
            .atMost(Duration.ofMinutes(2))
            .until(
                () -> {
                  pipeline.check();
                  return ask(server, "/health/ready", "application/json")
                      .body()
                      .equals("{\"status\":\"ready\",\"causes\":[]}");
                });
        assertThat(ask(server, "/health/ready", "text/plain").statusCode()).isEqualTo(200);
        assertThat(ask(server, "/health/live", "text/plain").body()).isEqualTo("ready\n");
        namesExist(metrics(server));
        pipeline.stop(StageKind.SINK);
        await()
            .atMost(Duration.ofSeconds(15))
            .until(() -> ask(server, "/health/ready", "text/plain").statusCode() == 503);
        assertThat(ask(server, "/health/ready", "text/plain").body())
            .startsWith("not ready\n")
            .contains("sink: no sink is at work\n");
        assertThat(metrics(server)).contains("headrace_hop_up{hop=\"sink\"} 0.0");
      }
    }
  }

  private static void namesExist(String metrics) throws IOException {
    Set<String> known =
        metrics
            .lines()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.split("[{ ]", 2)[0])
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(known).anyMatch(name -> name.startsWith("kafka_producer_"));
    assertThat(known).anyMatch(name -> name.startsWith("kafka_consumer_"));
    assertThat(known).anyMatch(name -> name.startsWith("kafka_stream_"));
    Path root = repository();
    for (String file :
        List.of(
            "deploy/prometheus/headrace-alerts.yml",
            "deploy/grafana/headrace.json",
            "docs/monitoring.md")) {
      Set<String> named = names(Files.readString(root.resolve(file)));
      assertThat(named).as(file).isNotEmpty();
      assertThat(named)
          .as("%s; known are %s", file, known)
          .allMatch(
              name ->
                  known.contains(name)
                      || known.contains(name + "_count") // a histogram by its family's name
              );
    }
  }

  private static Set<String> names(String text) {
    Set<String> names = new TreeSet<>();
    for (Matcher name = NAME.matcher(text); name.find(); ) {
      names.add(name.group());
    }
    return names;
  }

  private static Path repository() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("mvnw"))) {
      folder = folder.getParent();
    }
    return folder;
  }

  private String metrics(HttpServer server) throws Exception {
    return ask(server, "/metrics", "text/plain").body();
  }

  private HttpResponse<String> ask(HttpServer server, String path, String accepted)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .header("Accept", accepted)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
