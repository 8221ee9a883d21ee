package io.headrace.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A star that a test writes for itself. */
final class StarFolder {

  private final Path folder;

  private StarFolder(Path folder) {
    this.folder = folder;
  }

  static StarFolder create() {
    try {
      return new StarFolder(Files.createTempDirectory("headrace-star"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  StarFolder source(String sql) {
    return write("source/V1__schema.sql", sql);
  }

  StarFolder select(String target, String sql) {
    return write("star/" + target + ".sql", sql);
  }

  /** A migration of the warehouse: {@code 1} is the first. */
  StarFolder warehouse(int version, String sql) {
    return write("warehouse/V" + version + "__tables.sql", sql);
  }

  Path path() {
    return folder;
  }

  private StarFolder write(String name, String sql) {
    try {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, sql);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
