package io.headrace.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headrace.observe.Hop;
import io.headrace.observe.Observed;
import io.headrace.observe.PipelineWatch;
import io.headrace.observe.Readiness;
import io.headrace.observe.http.HealthRoutes;
import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import io.headrace.wire.Topics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom the console lets in, and what it does for them; no server of the pipeline answers. */
class ConsoleServerIT {
  private static final Database NOWHERE = new Database("127.0.0.1", 1, "none", "nobody", "");
  private static final Topics TOPICS = new Topics("none");
  private static final PipelineWatch WATCH =
      PipelineWatch.start(new Observed(NOWHERE, NOWHERE, "127.0.0.1:1", TOPICS, List.of(), null));

  private static final String TOKEN = "a token of enough letters";
  private static final String FOREIGN = "http://evil.example";
  private static final String JSON = "Content-Type: application/json";
  private static final String OURS = "X-Headrace: console";

  private @Nullable ConsoleServer server;

  @AfterEach
  void close() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void servesThePageAndItsLibrariesWithStrictHeaders() {
    int port = start(null);
    Sent page = get(port, "/");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.body())
        .contains("<title>Headrace</title>")
        .doesNotContain("http://", "https://");
    assertThat(page.header("Content-Security-Policy"))
        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe");
    assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(get(port, "/lib/lit-html/lit-html.js").status()).isEqualTo(200);
    assertThat(get(port, "/lib/lit-html/directives/live.js").status()).isEqualTo(200);
    assertThat(get(port, "/lib/uplot/uPlot.esm.js").header("Content-Type")).contains("javascript");
    String tag = page.header("ETag");
    assertThat(get(port, "/", "If-None-Match: " + tag).status()).isEqualTo(304);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/page/../ConsoleServer.class",
        "/page/%2e%2e/ConsoleServer.class",
        "/page/..%2f..%2f..%2flogback.xml",
        "/lib/uplot/../../../../../application.yml",
        "/lib/other/x.js",
        "/page/none.js",
        "/META-INF/MANIFEST.MF"
      })
  void servesNothingElse(String path) {
    assertThat(get(start(null), path).status()).isBetween(400, 404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"evil.example", "evil.example:4200", "127.0.0.1.evil.example", "localhost.", ""})
  void aNameThatIsNotItsOwnIsRefused(String host) {
    int port = start(null);
    assertThat(get(port, "/", "Host: " + host).status()).isIn(400, 421);
    assertThat(get(port, "/api/runs", "Host: " + host).status()).isIn(400, 421);
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:4200", "console.example"})
  void itsOwnNamesAreServed(String host) {
    assertThat(get(start(null), "/", "Host: " + host).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Origin: " + FOREIGN,
        "Origin: null",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site"
      })
  void whatAnotherSitesPageSendsIsRefused(String header) {
    int port = start(null);
    assertThat(post(port, "/api/verify", "{}", JSON, OURS, header).status()).isEqualTo(403);
    assertThat(Sent.request(port, "OPTIONS /api/verify", "", header).status()).isIn(403, 405);
  }

  @Test
  void whatActsIsAPostThatOnlyItsOwnPageCanSend() {
    int port = start(null);
    String self = "Origin: http://127.0.0.1:" + port;
    assertThat(post(port, "/api/refresh", "{}", JSON, OURS, self).status()).isEqualTo(200);
    assertThat(post(port, "/api/verify", "{}", JSON).status()).isEqualTo(403);
    assertThat(post(port, "/api/verify", "{}", OURS).status()).isEqualTo(415);
    String plain = "Content-Type: text/plain";
    assertThat(post(port, "/api/verify", "a=b", OURS, plain).status()).isEqualTo(415);
    assertThat(get(port, "/api/verify").status()).isEqualTo(404);
    assertThat(Sent.request(port, "PUT /api/verify", "{}", JSON, OURS).status()).isEqualTo(405);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://console.example",
        "https://console.example:8443",
        "https://127.0.0.1:PORT"
      })
  void behindAProxyWithTlsItsOwnPageIsServed(String origin) {
    int port = start(TOKEN);
    Sent login =
        post(
            port,
            "/api/login",
            "{\"token\":\"" + TOKEN + "\"}",
            JSON,
            OURS,
            "Origin: " + origin.replace("PORT", "" + port));
    assertThat(login.status()).isEqualTo(200);
    assertThat(login.header("Set-Cookie")).contains("Secure");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example",
        "https://console.example.evil.example",
        "https://console.example@evil.example",
        "http://console.example",
        "https://localhost:8443",
        "https://"
      })
  void behindAProxyNobodyElsesPageIs(String origin) {
    int port = start(null);
    assertThat(post(port, "/api/verify", "{}", JSON, OURS, "Origin: " + origin).status())
        .isEqualTo(403);
  }

  @Test
  void withATokenOnlyWhoKnowsItComesIn() {
    int port = start(TOKEN);
    assertThat(get(port, "/").status()).isEqualTo(200);
    assertThat(get(port, "/api/star").status()).isEqualTo(401);
    assertThat(get(port, "/api/live", "Accept: text/event-stream").status()).isEqualTo(401);
    assertThat(post(port, "/api/pause", "{}", JSON, OURS).status()).isEqualTo(401);
    assertThat(post(port, "/api/login", "{\"token\":\"wrong\"}", JSON, OURS).status())
        .isEqualTo(401);
    assertThat(post(port, "/api/login", "{}", JSON, OURS).status()).isEqualTo(401);
    Sent login = post(port, "/api/login", "{\"token\":\"" + TOKEN + "\"}", JSON, OURS);
    assertThat(login.status()).isEqualTo(200);
    String cookie = login.header("Set-Cookie");
    assertThat(cookie).contains("HttpOnly", "SameSite=Strict").doesNotContain(TOKEN);
    String sent = "Cookie: " + cookie.split(";", -1)[0];
    assertThat(get(port, "/api/jobs/1", sent).status()).isEqualTo(404);
    assertThat(get(port, "/api/jobs/1", "Authorization: Bearer " + TOKEN).status()).isEqualTo(404);
    assertThat(get(port, "/api/jobs/1", "Authorization: Bearer x").status()).isEqualTo(401);
    assertThat(post(port, "/api/logout", "{}", JSON, OURS, sent).status()).isEqualTo(200);
    assertThat(get(port, "/api/jobs/1", sent).status()).isEqualTo(401);
  }

  @Test
  void overTlsTheCookieIsOnlyForTls(@TempDir Path folder) throws Exception {
    ConsoleSettings.Tls tls = new ConsoleSettings.Tls(keystore(folder), "changeit");
    ConsoleServer started =
        ConsoleServer.start(new ConsoleSettings("127.0.0.1", 0, TOKEN, tls, List.of()), subject());
    server = started;
    assertThat(started.url()).isEqualTo("https://127.0.0.1:" + started.port());
    SSLContext context = SSLContext.getInstance("TLS");
    KeyStore trusted = KeyStore.getInstance(tls.keystore().toFile(), tls.password().toCharArray());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    context.init(null, trust.getTrustManagers(), null);
    Sent login =
        Sent.request(
            context.getSocketFactory(),
            started.port(),
            "POST /api/login",
            "{\"token\":\"" + TOKEN + "\"}",
            JSON,
            OURS,
            "Origin: https://127.0.0.1:" + started.port());
    assertThat(login.status()).isEqualTo(200);
    assertThat(login.header("Set-Cookie")).contains("Secure", "HttpOnly", "SameSite=Strict");
  }

  private static Path keystore(Path folder) throws Exception {
    Path keystore = folder.resolve("console.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "console",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                keystore.toString(),
                "-storepass",
                "changeit")
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    return keystore;
  }

  @AfterAll
  static void lookNoMore() {
    WATCH.close();
  }

  @Test
  void healthAndMetricsAreServedBesideThePage() {
    int port = start(null);
    assertThat(get(port, "/health/live").status()).isEqualTo(200);
    assertThat(get(port, "/health/ready").status()).isEqualTo(503);
    assertThat(get(port, "/metrics").status()).isEqualTo(200);
  }

  @Test
  void withATokenOnlyWhetherItLivesIsForEverybody() {
    int port = start(TOKEN);
    assertThat(get(port, "/health/live").status()).isEqualTo(200);
    assertThat(get(port, "/health/ready").status()).isEqualTo(401);
    assertThat(get(port, "/metrics").status()).isEqualTo(401);
    assertThat(get(port, "/metrics", "Authorization: Bearer " + TOKEN).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/metrics/",
        "//metrics",
        "/./metrics",
        "/page/../metrics",
        "/page/%2e%2e/metrics",
        "/METRICS",
        "/metric%73",
        "/metrics;x",
        "/health/ready/",
        "/health//ready",
        "/health/%72eady",
        "/health/live/../ready",
        "/HEALTH/READY",
        "/api/star/",
        "//api/star",
        "/api//star",
        "/api/login/../star",
        "/%61pi/star",
        "/API/star",
        "/nothing"
      })
  void anotherWayToWriteAPathIsNoWayIn(String path) {
    assertThat(get(start(TOKEN), path).status()).isIn(400, 401);
  }

  @Test
  void answersAreNotKeptAndTroubleIsSaid() {
    int port = start(null);
    Sent star = get(port, "/api/star");
    assertThat(star.status()).isEqualTo(503);
    assertThat(star.header("Cache-Control")).isEqualTo("no-store");
    assertThat(star.body()).contains("the star cannot be had here");
    assertThat(get(port, "/api/runs").body()).contains("The warehouse does not answer");
  }

  @Test
  void aCommandRunsOnceAtATimeAndWhatItSaysIsKept() {
    int port = start(null);
    Sent started = post(port, "/api/resync", "{\"table\":\"public.customer\"}", JSON, OURS);
    assertThat(started.body()).contains("\"command\":\"resync public.customer\"");
    Sent again = post(port, "/api/resync", "{\"table\":\"public.customer\"}", JSON, OURS);
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.body()).contains("at work already");
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> get(port, "/api/jobs/1").body().contains("resync public.customer says hello"));
    assertThat(post(port, "/api/jobs/1/stop", "{}", JSON, OURS).status()).isEqualTo(200);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> get(port, "/api/jobs/1").body().contains("\"state\":\"stopped\""));
  }

  @Test
  void aRefreshIsCancelledWhileItIsWaitedFor() {
    int port = start(null);
    assertThat(post(port, "/api/refresh", "{\"mart\":\"m\"}", JSON, OURS).body())
        .contains("\"command\":\"refresh --wait m\"");
    assertThat(post(port, "/api/refresh/cancel", "{\"mart\":\"m\"}", JSON, OURS).body())
        .contains("\"command\":\"refresh m --cancel\"");
    assertThat(post(port, "/api/refresh/cancel", "{}", JSON, OURS).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"table\":\"--source=x\"}",
        "{\"table\":\"@/etc/passwd\"}",
        "{\"table\":\"a b\"}",
        "[",
        "{\"table\":1}x"
      })
  void aTableMustBeATable(String body) {
    Sent refused = post(start(null), "/api/resync", body, JSON, OURS);
    assertThat(refused.status()).isEqualTo(400);
  }

  @Test
  void aPortThatIsTakenIsSaid() {
    int port = start(null);
    assertThatThrownBy(() -> ConsoleServer.start(ConsoleSettings.loopback(port), subject()))
        .isInstanceOf(ConsoleException.class)
        .hasMessageContaining("127.0.0.1:" + port)
        .hasMessageContaining("--console-port");
  }

  private int start(@Nullable String token) {
    ConsoleServer started =
        ConsoleServer.start(
            new ConsoleSettings("127.0.0.1", 0, token, null, List.of("console.example")),
            subject());
    server = started;
    return started.port();
  }

  private static Subject subject() {
    return new Subject(
        NOWHERE,
        NOWHERE,
        "127.0.0.1:1",
        TOPICS,
        () -> {
          throw new StageException(StageException.Kind.FAILED, "the star cannot be had here");
        },
        WATCH,
        new HealthRoutes(
            () -> new Readiness(true, List.of()),
            () -> Readiness.of(WATCH.seen(), Set.of(Hop.values())),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)),
        arguments ->
            new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Talker.class.getName(),
                String.join(" ", arguments)));
  }

  private static Sent get(int port, String path, String... headers) {
    return Sent.request(port, "GET " + path, "", headers);
  }

  private static Sent post(int port, String path, String body, String... headers) {
    return Sent.request(port, "POST " + path, body, headers);
  }
}
