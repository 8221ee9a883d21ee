package io.headrace.transform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OldStateTest {
  @TempDir Path directory;

  @Test
  void onlyTheStateOfOtherDefinitionsIsDeleted() throws IOException {
    for (String name : new String[] {"h.star-1", "h.star-2", "other.star-1"}) {
      Path store = Files.createDirectories(directory.resolve(name).resolve("0_1"));
      Files.writeString(store.resolve("file"), "x");
    }
    OldState.delete(directory, "h.star-", "h.star-2");
    assertThat(directory.resolve("h.star-1")).doesNotExist();
    assertThat(directory.resolve("h.star-2").resolve("0_1").resolve("file")).exists();
    assertThat(directory.resolve("other.star-1")).exists();
  }

  @Test
  void theStateOfChangelogsThatAreGoneIsDeleted() throws IOException {
    Path state = Files.createDirectories(directory.resolve("h.star-2").resolve("0_1"));
    Files.writeString(state.resolve("file"), "x");
    OldState.deleteUnknown(
        directory, "h.star-2", Set.of("h.star-2.f", "h.star-2-base-rows-changelog"));
    assertThat(state.resolve("file")).exists();
    OldState.deleteUnknown(
        directory,
        "h.star-2",
        Set.of("h.star-2.f", "h.star-1-base-rows-changelog", "h.star-2-at-7-base-rows-changelog"));
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void whereThereIsNoneNothingHappens() {
    OldState.delete(directory.resolve("none"), "h.star-", "h.star-2");
    assertThat(directory).isEmptyDirectory();
  }
}
