package io.headrace.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL 18 server on 127.0.0.1, durable ({@code fsync} and {@code synchronous_commit}
 * on), ready for logical replication. User, password and database are {@code postgres}; connections
 * from this machine are trusted, so any password is accepted. Its folder can be started again, also
 * after the process that ran it was killed: a server left running is stopped first.
 */
public final class LocalPostgres implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LocalPostgres.class);
  private static final String USER = "postgres";
  private static final String PASSWORD = "postgres";
  private static final String DATABASE = "postgres";
  private static final Duration STOPS_WITHIN = Duration.ofSeconds(60);

  /** Crash recovery of a gigabyte of WAL is part of the start. */
  private static final Duration STARTS_WITHIN = Duration.ofMinutes(3);

  private final String name;
  private final PostgresFolder folder;
  private final FolderLock lock;
  private final int port;

  private LocalPostgres(String name, PostgresFolder folder, FolderLock lock, int port) {
    this.name = name;
    this.folder = folder;
    this.lock = lock;
    this.port = port;
  }

  /**
   * What to start.
   *
   * @param name what to call the server in messages: "the source"
   * @param folder where its data are, or will be; made when missing
   * @param port TCP port on 127.0.0.1; 0 for any free one
   * @param parameters server parameters beyond our own ({@code max_connections}), without spaces
   */
  public record Settings(String name, Path folder, int port, Map<String, String> parameters) {
    public Settings {
      parameters = Map.copyOf(parameters);
    }

    public Settings(String name, Path folder, int port) {
      this(name, folder, port, Map.of());
    }
  }

  /**
   * Starts the server and returns when it answers.
   *
   * @throws EmbeddedServerException when the folder is in use or of another version, the port busy,
   *     or the server fails
   */
  public static LocalPostgres start(Settings settings) {
    FolderLock lock = FolderLock.take(settings.name(), settings.folder());
    try {
      PostgresFolder folder = PostgresFolder.prepare(settings.name(), settings.folder());
      stopLeftOver(folder);
      int port = Ports.claim(settings.name(), settings.port());
      Path home = PostgresBinaries.unpacked();
      if (folder.isNew()) {
        initialize(settings.name(), home, folder.data());
      }
      launch(settings, home, folder, port);
      folder.markComplete();
      log.info(
          "PostgreSQL started name={} port={} folder={}", settings.name(), port, settings.folder());
      return new LocalPostgres(settings.name(), folder, lock, port);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  public String host() {
    return "127.0.0.1";
  }

  public int port() {
    return port;
  }

  public String user() {
    return USER;
  }

  public String password() {
    return PASSWORD;
  }

  /** The database that every server has. */
  public String database() {
    return DATABASE;
  }

  /**
   * Looks whether the server still runs.
   *
   * @throws EmbeddedServerException when it has ended by itself, with what it said last
   */
  public void check() {
    if (Postmaster.of(folder.data()).isEmpty()) {
      throw new EmbeddedServerException(
          "PostgreSQL for " + name + " has stopped by itself: " + folder.lastWords());
    }
  }

  /** Stops the server and waits until its data are on disk. */
  @Override
  public void close() {
    end(Postmaster::stop);
  }

  /** Stops the server at once, without a checkpoint: for data that nobody needs any more. */
  public void abort() {
    end(Postmaster::abort);
  }

  private void end(BiConsumer<Postmaster, Duration> how) {
    try {
      Postmaster.of(folder.data()).ifPresent(p -> how.accept(p, STOPS_WITHIN));
    } finally {
      lock.close();
    }
  }

  private static void stopLeftOver(PostgresFolder folder) {
    Postmaster.of(folder.data())
        .ifPresent(
            postmaster -> {
              log.warn(
                  "Stopping a PostgreSQL left over from a killed process pid={} folder={}",
                  postmaster.pid(),
                  folder.data());
              postmaster.stop(STOPS_WITHIN);
            });
  }

  private static void initialize(String name, Path home, Path data) {
    PostgresProgram.Outcome outcome =
        PostgresProgram.run(
            home,
            "initdb",
            List.of(
                "--pgdata=" + data,
                "--username=" + USER,
                "--auth=trust",
                "--encoding=UTF8",
                // What a text sorts and compares like must not depend on this machine's language.
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8"));
    if (outcome.code() != 0) {
      throw new EmbeddedServerException(
          "The data folder of " + name + " could not be made: " + outcome.output());
    }
  }

  private static void launch(Settings settings, Path home, PostgresFolder folder, int port) {
    PostgresProgram.Outcome outcome =
        PostgresProgram.run(
            home,
            "pg_ctl",
            List.of(
                "start",
                "--pgdata=" + folder.data(),
                "--log=" + folder.output(),
                "--options=" + ServerParameters.commandLine(port, settings.parameters()),
                "--wait",
                "--timeout=" + STARTS_WITHIN.toSeconds()));
    if (outcome.code() != 0) {
      Postmaster.of(folder.data()).ifPresent(p -> p.stop(STOPS_WITHIN)); // it was only slow
      throw new EmbeddedServerException(
          "PostgreSQL for " + settings.name() + " could not start: " + folder.lastWords());
    }
  }
}
