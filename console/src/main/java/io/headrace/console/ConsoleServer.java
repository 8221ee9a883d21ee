package io.headrace.console;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.net.BindException;
import java.time.InstantSource;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The console: serves the page, tells it what is new, and does what it asks for. */
public final class ConsoleServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ConsoleServer.class);
  private static final String JOBS = "jobs";
  private static final long LONGEST_BODY = 16_384;

  private final ConsoleSettings settings;
  private final Board board = new Board();
  private final Watchers watchers = new Watchers();
  private final Jobs jobs;
  private final Javalin web;

  private ConsoleServer(ConsoleSettings settings, Subject subject) {
    this.settings = settings;
    jobs = new Jobs(subject.commands(), this::showJobs);
    Logins logins = new Logins(settings.token(), InstantSource.system());
    Guard guard = new Guard(settings, logins);
    LivePages pages = new LivePages(board, watchers);
    Api api = new Api(subject, jobs, logins, guard);
    Actions actions = new Actions(subject, jobs);
    web =
        Javalin.create(
            config -> {
              listen(config);
              config.routes.before(guard::check);
              routes(config, pages);
              api.mount(config.routes);
              actions.mount(config.routes);
              subject.health().add(config);
            });
    showJobs();
    new Lookout(subject, board, watchers).start();
  }

  /**
   * Begins to serve.
   *
   * @throws ConsoleException when it cannot listen
   */
  public static ConsoleServer start(ConsoleSettings settings, Subject subject) {
    ConsoleServer console = new ConsoleServer(settings, subject);
    try {
      console.web.start();
    } catch (RuntimeException e) {
      console.close();
      throw new ConsoleException(console.sentence(e), e);
    }
    return console;
  }

  /** What a person types into the browser. */
  public String url() {
    String host =
        settings.address().contains(":") ? "[" + settings.address() + "]" : settings.address();
    boolean everywhere = host.equals("0.0.0.0") || host.equals("[::]");
    return (settings.tls() == null ? "http://" : "https://")
        + (everywhere ? "localhost" : host)
        + ":"
        + port();
  }

  /** Where it listens. */
  public int port() {
    return web.port();
  }

  private void listen(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.http.maxRequestSize = LONGEST_BODY;
    ConsoleSettings.Tls tls = settings.tls();
    if (tls == null) {
      config.jetty.host = settings.address();
      config.jetty.port = settings.port();
    } else {
      config.jetty.addConnector((server, http) -> secure(server, http, tls));
    }
  }

  private Connector secure(Server server, HttpConfiguration http, ConsoleSettings.Tls tls) {
    SslContextFactory.Server ssl = new SslContextFactory.Server();
    ssl.setKeyStorePath(tls.keystore().toString());
    ssl.setKeyStorePassword(tls.password());
    // Which name may be used is for the guard to say.
    http.addCustomizer(new SecureRequestCustomizer(false));
    ServerConnector connector = new ServerConnector(server, ssl, new HttpConnectionFactory(http));
    connector.setHost(settings.address());
    connector.setPort(settings.port());
    return connector;
  }

  private static void routes(JavalinConfig config, LivePages pages) {
    Page page = new Page();
    config.routes.get("/", request -> page.ours(request, "index.html"));
    config.routes.get("/page/<name>", request -> page.ours(request, request.pathParam("name")));
    config.routes.get("/lib/<name>", request -> page.library(request, request.pathParam("name")));
    config.routes.sse("/api/live", pages::opened);
    config.routes.exception(Refused.class, ConsoleServer::refuse);
    config.routes.exception(Exception.class, ConsoleServer::fail);
  }

  private static void refuse(Refused refused, Context request) {
    request.status(refused.status());
    answer(request, String.valueOf(refused.getMessage()));
  }

  private static void fail(Exception failure, Context request) {
    log.warn("a request failed path={}", request.path(), failure);
    request.status(500);
    answer(request, "This is a bug, please report it with the log.");
  }

  private static void answer(Context request, String words) {
    request.header("Cache-Control", "no-store");
    Api.json(request, JobJson.error(words));
  }

  private void showJobs() {
    board.show(JOBS, JobJson.list(jobs.views()));
  }

  private String sentence(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        return "The console cannot listen on "
            + settings.address()
            + ":"
            + settings.port()
            + " ("
            + cause.getMessage()
            + "). Is another one at work there? Choose another port with --console-port, or 0 for no console.";
      }
    }
    return "The console cannot start: " + failure.getMessage();
  }

  /** Ends what it has started, and serves no more. */
  @Override
  public void close() {
    watchers.close();
    board.close();
    web.stop();
    jobs.close();
  }
}
