package io.headrace.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A disk that is full, or nearly: seen before it breaks things where that is possible. */
final class FullDisk {
  static final String SENTENCE = "The disk is full: free space and start again; nothing is lost.";

  private static final long MEGABYTE = 1024 * 1024;

  /** Two fresh databases, a broker's first segments and room to work. */
  private static final long TO_START = 1024 * MEGABYTE;

  /** PostgreSQL's next WAL segments and a checkpoint still fit, so all can be stopped in order. */
  private static final long TO_GO_ON = 128 * MEGABYTE;

  private FullDisk() {}

  /** Whether something failed because of it. */
  static boolean caused(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (String.valueOf(cause.getMessage()).contains("No space left on device")) {
        return true;
      }
    }
    return false;
  }

  static void checkBeforeStart(Path folder) {
    check(folder, TO_START, "is needed to start");
  }

  /** Looks at the folder and at those in it: each may be a disk of its own. */
  static void checkWhileRunning(Path folder) {
    String rule = "must stay free; everything is stopped in order, nothing is lost";
    check(folder, TO_GO_ON, rule);
    try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, Files::isDirectory)) {
      parts.forEach(part -> check(part, TO_GO_ON, rule));
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  private static void check(Path folder, long least, String rule) {
    long free = usable(folder);
    if (free < least) {
      throw new CommandException(
          "The disk of "
              + folder
              + " is nearly full: "
              + free / MEGABYTE
              + " MB are free, but "
              + least / MEGABYTE
              + " MB "
              + rule
              + ".");
    }
  }

  private static long usable(Path folder) {
    try {
      return Files.getFileStore(folder).getUsableSpace();
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  private static CommandException unreadable(Path folder, IOException cause) {
    return new CommandException("The free space of " + folder + " cannot be read: " + cause, cause);
  }
}
