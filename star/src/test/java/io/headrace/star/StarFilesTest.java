package io.headrace.star;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StarFilesTest {

  @TempDir Path folder;

  @Test
  void readsTheFilesInTheOrderOfTheirNames() throws Exception {
    Path star = Files.createDirectories(folder.resolve("star"));
    Files.writeString(star.resolve("f_b.sql"), "\uFEFFSELECT 'ž'");
    Files.writeString(star.resolve("d_a.sql"), "SELECT 1");
    Files.writeString(star.resolve("notes.txt"), "no SQL");
    assertThat(StarFiles.read(folder))
        .containsExactly(
            new StarFile(star.resolve("d_a.sql"), "d_a", "SELECT 1"),
            new StarFile(star.resolve("f_b.sql"), "f_b", "SELECT 'ž'"));
  }

  @Test
  void refusesAFolderWithoutFilesAndOneThatIsMissing() throws Exception {
    assertThatThrownBy(() -> StarFiles.read(folder))
        .isInstanceOf(StarRefusedException.class)
        .hasMessageStartingWith(folder.resolve("star") + ": cannot be listed: ")
        .hasMessageEndingWith("; it must be a folder");
    Files.createDirectories(folder.resolve("star"));
    assertThatThrownBy(() -> StarFiles.read(folder))
        .hasMessage(
            folder.resolve("star")
                + ": no file *.sql; there must be one SELECT per warehouse table");
  }

  @Test
  void refusesTextThatIsNotUtf8() throws Exception {
    Path star = Files.createDirectories(folder.resolve("star"));
    Files.write(star.resolve("x.sql"), new byte[] {(byte) 0xE9});
    assertThatThrownBy(() -> StarFiles.read(folder))
        .hasMessage(star.resolve("x.sql") + ": text that is not UTF-8; it must be UTF-8");
  }
}
