package io.headrace.transform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What transforms by other definitions of the star have left in the state directory. */
final class OldState {
  private static final Logger LOG = LoggerFactory.getLogger(OldState.class);

  private OldState() {}

  /**
   * Deletes it. A definition that comes back is made from Kafka again.
   *
   * @param directory where each application has a directory of its own
   * @param family what the applications of all definitions begin with
   * @param application whose state stays
   */
  static void delete(Path directory, String family, String application) {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> found = Files.list(directory)) {
      List<Path> old =
          found
              .filter(path -> path.getFileName().toString().startsWith(family))
              .filter(path -> !path.getFileName().toString().equals(application))
              .toList();
      for (Path each : old) {
        deleteAll(each);
        LOG.info("deleted the state of another definition folder={}", each);
      }
    } catch (IOException e) {
      LOG.warn("the state of other definitions was not deleted folder={}", directory, e);
    }
  }

  private static void deleteAll(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
