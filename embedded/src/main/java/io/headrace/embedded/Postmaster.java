package io.headrace.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The server process of a PostgreSQL data folder, as its {@code postmaster.pid} names it. */
final class Postmaster {
  private final ProcessHandle process;

  private Postmaster(ProcessHandle process) {
    this.process = process;
  }

  /**
   * The live server of this data folder; empty when there is none, or when the file is left over
   * from a dead one.
   */
  static Optional<Postmaster> of(Path dataFolder) {
    return pid(dataFolder)
        .flatMap(ProcessHandle::of)
        .filter(ProcessHandle::isAlive)
        .filter(Postmaster::isPostgres)
        .map(Postmaster::new);
  }

  long pid() {
    return process.pid();
  }

  /** Ends all sessions, writes a checkpoint, stops. PostgreSQL's "fast" shutdown is SIGINT. */
  void stop(Duration patience) {
    end("INT", patience);
  }

  /** Ends at once, as by a crash. PostgreSQL's "immediate" shutdown is SIGQUIT. */
  void abort(Duration patience) {
    end("QUIT", patience);
  }

  private void end(String signal, Duration patience) {
    try {
      // Through the shell, because its kill is built in; images without procps have no other.
      new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid()).start().waitFor();
      process.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EmbeddedServerException("Interrupted while PostgreSQL was stopping.", e);
    } catch (TimeoutException | ExecutionException | IOException e) {
      throw new EmbeddedServerException(
          "PostgreSQL (process "
              + process.pid()
              + ") did not stop within "
              + patience.toSeconds()
              + " seconds.",
          e);
    }
  }

  private static Optional<Long> pid(Path dataFolder) {
    try {
      List<String> lines = Files.readAllLines(dataFolder.resolve("postmaster.pid"));
      return lines.isEmpty() ? Optional.empty() : Optional.of(Long.valueOf(lines.get(0).strip()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | NumberFormatException e) {
      throw new EmbeddedServerException(
          dataFolder.resolve("postmaster.pid") + " cannot be read: " + e, e);
    }
  }

  /** A number in a file that outlived its process may by now be anybody's. */
  private static boolean isPostgres(ProcessHandle process) {
    return process.info().command().map(c -> c.endsWith("/postgres")).orElse(false);
  }
}
