package io.headrace.embedded;

import static java.util.Objects.requireNonNull;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs for this operating system, unpacked once a user into the user's cache
 * folder.
 */
final class PostgresBinaries {
  /** Names the unpacked folder: another version is another folder. */
  static final String VERSION = "18.6.0";

  private static final Logger log = LoggerFactory.getLogger(PostgresBinaries.class);

  private PostgresBinaries() {}

  /**
   * The folder that holds {@code bin/}, {@code lib/} and {@code share/}. Two servers that start at
   * once in this process unpack once.
   */
  static synchronized Path unpacked() {
    Path home = cache().resolve("postgresql-" + VERSION + "-" + system() + "-" + machine());
    try {
      if (!Files.exists(home)) {
        unpack(home);
      }
      return home;
    } catch (IOException | IllegalStateException e) {
      throw new EmbeddedServerException(
          "PostgreSQL " + VERSION + " cannot be unpacked into " + home + ": " + e, e);
    }
  }

  private static String system() {
    return System.getProperty("os.name").startsWith("Mac") ? "Darwin" : "Linux";
  }

  private static String machine() {
    return System.getProperty("os.arch").replace("amd64", "x86_64");
  }

  private static Path cache() {
    String configured = System.getenv("XDG_CACHE_HOME");
    Path caches =
        configured == null || configured.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(configured);
    return caches.resolve("headrace");
  }

  /** Into a folder beside and moved when whole, because several processes may do it at once. */
  static void unpack(Path home) throws IOException {
    Files.createDirectories(home.getParent());
    Path fresh = Files.createTempDirectory(home.getParent(), "unpacking");
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (InputStream archive =
            DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system(), machine());
        TarArchiveInputStream entries = new TarArchiveInputStream(new XZInputStream(archive))) {
      TarArchiveEntry entry;
      while ((entry = entries.getNextEntry()) != null) {
        write(entry, entries, fresh);
      }
    }
    try {
      Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
      log.info("PostgreSQL unpacked version={} folder={}", VERSION, home);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException(home + " and its parent are on different file systems", e);
    } catch (FileSystemException e) {
      Trees.delete(fresh);
      if (!Files.exists(home)) {
        throw e;
      } // else another process was faster
    }
  }

  private static void write(TarArchiveEntry entry, InputStream content, Path root)
      throws IOException {
    Path path = root.resolve(entry.getName()).normalize();
    if (!path.startsWith(root)) {
      throw new IOException("an entry leaves the folder: " + entry.getName());
    }
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      return;
    }
    Path folder = requireNonNull(path.getParent());
    Files.createDirectories(folder);
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(content, path);
    if (folder.endsWith("bin")) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }
}
