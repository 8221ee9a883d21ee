package io.headrace.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The folder of one embedded PostgreSQL: its data, its output, and whether it was ever started
 * whole.
 */
final class PostgresFolder {
  private static final String MAJOR_VERSION = "18";
  private static final long OUTPUT_KEPT_BYTES = 10 * 1024 * 1024;
  private static final int LAST_WORDS = 6;

  private final Path folder;

  private PostgresFolder(Path folder) {
    this.folder = folder;
  }

  static PostgresFolder prepare(String server, Path path) {
    PostgresFolder folder = new PostgresFolder(path.toAbsolutePath());
    try {
      if (folder.isNew()) {
        Trees.delete(folder.data()); // initdb was interrupted: nobody ever had data in it
      }
      folder.checkVersion(server);
      if (Files.exists(folder.output()) && Files.size(folder.output()) > OUTPUT_KEPT_BYTES) {
        Files.delete(folder.output());
      }
      return folder;
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "The folder " + path + " of " + server + " cannot be used: " + e, e);
    }
  }

  Path data() {
    return folder.resolve("data");
  }

  /** What the server prints. */
  Path output() {
    return folder.resolve("postgresql.log");
  }

  void markComplete() {
    try {
      Files.writeString(complete(), MAJOR_VERSION + "\n");
    } catch (IOException e) {
      throw new EmbeddedServerException(complete() + " cannot be written: " + e, e);
    }
  }

  boolean isNew() {
    return !Files.exists(complete());
  }

  /** The end of the output: there PostgreSQL says why it stopped. */
  String lastWords() {
    try {
      List<String> lines =
          Files.readAllLines(output()).stream().filter(line -> !line.isBlank()).toList();
      return String.join(
              "\n  ", lines.subList(Math.max(0, lines.size() - LAST_WORDS), lines.size()))
          + "\n  (all of it in "
          + output()
          + ")";
    } catch (IOException e) {
      return "it left no output in " + output();
    }
  }

  private Path complete() {
    return folder.resolve("complete");
  }

  private void checkVersion(String server) throws IOException {
    Path file = data().resolve("PG_VERSION");
    if (!Files.exists(file)) {
      return;
    }
    String version = Files.readString(file).strip();
    if (!version.equals(MAJOR_VERSION)) {
      throw new EmbeddedServerException(
          "The data of "
              + server
              + " in "
              + data()
              + " were written by PostgreSQL "
              + version
              + ", but this program brings PostgreSQL "
              + MAJOR_VERSION
              + ". Move the folder away to start anew, or upgrade it with pg_upgrade.");
    }
  }
}
