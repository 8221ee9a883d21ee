package io.headrace.cli;

import io.headrace.wire.EpochMark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is as old as the last epoch that a stage has completed. Epochs go on when nothing
 * changes, so an old file means that the stage does not get on: "it runs" is not enough.
 */
final class Health {
  private static final Logger log = LoggerFactory.getLogger(Health.class);
  private static final long BETWEEN_NANOS = Duration.ofSeconds(1).toNanos();

  private final Path file;
  private long lastWritten;
  private boolean written;

  /** Takes away what an earlier process has left: it says nothing of this one. */
  Health(Path file) {
    this.file = file;
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new CommandException("The file " + file + " cannot be removed: " + e, e);
    }
  }

  synchronized void completed(EpochMark epoch) {
    long now = System.nanoTime();
    if (written && now - lastWritten < BETWEEN_NANOS) {
      return;
    }
    written = true;
    lastWritten = now;
    try {
      Files.writeString(file, "epoch " + epoch.number() + " committed " + epoch.committed() + "\n");
    } catch (IOException e) {
      log.warn("the health file cannot be written file={}", file, e);
    }
  }
}
