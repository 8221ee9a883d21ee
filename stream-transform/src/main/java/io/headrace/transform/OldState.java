package io.headrace.transform;

import io.headrace.stage.StageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is in the state directory and must not be used. */
final class OldState {
  private static final Logger LOG = LoggerFactory.getLogger(OldState.class);

  private OldState() {}

  /**
   * Deletes an application's state when Kafka has none of the changelogs that it is a copy of:
   * Kafka was lost. Kafka Streams would take it for the state of the new, empty ones.
   */
  static void deleteUnknown(Path directory, String application, Set<String> topics) {
    Path state = directory.resolve(application);
    if (hasChangelogs(topics, application) || !Files.isDirectory(state)) {
      return;
    }
    try {
      deleteAll(state);
      LOG.info("deleted the state, because Kafka has no changelogs of it folder={}", state);
    } catch (IOException e) {
      throw new StageException(
          StageException.Kind.SETTINGS,
          "The folder "
              + state
              + " must be deleted, because Kafka has none of the changelogs that its state is a copy of, but cannot be: "
              + e.getMessage(),
          e);
    }
  }

  static boolean hasChangelogs(Set<String> topics, String application) {
    return changelogs(application).stream().anyMatch(topics::contains);
  }

  /**
   * The changelogs that an application may have, by their whole names: its own may be the beginning
   * of another's.
   */
  static Set<String> changelogs(String application) {
    return StarTopology.STORES.stream()
        .map(store -> application + "-" + store + "-changelog")
        .collect(Collectors.toSet());
  }

  /**
   * Deletes what transforms by other definitions of the star have left, or by this one when its
   * topics were others. A definition that comes back is made from Kafka again.
   *
   * @param directory where each of them has a directory of its own
   * @param family what the directories of all of them begin with
   * @param mine whose state stays
   */
  static void delete(Path directory, String family, String mine) {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> found = Files.list(directory)) {
      List<Path> old =
          found
              .filter(path -> path.getFileName().toString().startsWith(family))
              .filter(path -> !path.getFileName().toString().equals(mine))
              .toList();
      for (Path each : old) {
        deleteAll(each);
        LOG.info("deleted the state of another definition, or of other topics folder={}", each);
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
