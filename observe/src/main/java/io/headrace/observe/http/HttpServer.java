package io.headrace.observe.http;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.util.JavalinBindException;
import java.util.function.Consumer;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Serves HTTP for people and machines that watch. */
public final class HttpServer implements AutoCloseable {
  /** Few ask, and every answer is there already. */
  private static final int THREADS = 8;

  private final Javalin server;

  private HttpServer(Javalin server) {
    this.server = server;
  }

  /**
   * Begins to serve.
   *
   * @param port 0 for any free one
   * @param routes adds what is served
   * @throws IllegalArgumentException when nobody can listen there
   */
  public static HttpServer start(String address, int port, Consumer<JavalinConfig> routes) {
    QueuedThreadPool threads = new QueuedThreadPool(THREADS, 2);
    threads.setName("headrace-http");
    threads.setDaemon(true);
    Javalin server =
        Javalin.create(
            config -> {
              config.startup.showJavalinBanner = false;
              config.startup.showOldJavalinVersionWarning = false;
              config.startup.startupWatcherEnabled = false;
              config.jetty.threadPool = threads;
              routes.accept(config);
            });
    try {
      return new HttpServer(server.start(address, port));
    } catch (JavalinBindException e) {
      server.stop();
      throw new IllegalArgumentException(
          "Nobody can listen on " + address + ", port " + port + ": " + e.getMessage(), e);
    }
  }

  /** Where it listens. */
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.stop();
  }
}
