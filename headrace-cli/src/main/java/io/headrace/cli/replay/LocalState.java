package io.headrace.cli.replay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the transform of a replay keeps on disk. */
final class LocalState {
  private static final Logger LOG = LoggerFactory.getLogger(LocalState.class);

  private LocalState() {}

  /** Takes it away. */
  static void forget(Path state) {
    if (!Files.isDirectory(state)) {
      return;
    }
    try (Stream<Path> files = Files.walk(state)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      LOG.warn("the replay's state was not deleted folder={}", state, e);
    }
  }
}
