package io.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  @TempDir Path parent;

  @Test
  void isForOneProcessAtATime() {
    Path path = parent.resolve("data");
    DataFolder first = DataFolder.open(path, "up");
    try (first) {
      assertThatThrownBy(() -> DataFolder.open(path, "up"))
          .isInstanceOf(CommandException.class)
          .hasMessage(
              "Another headrace up (process "
                  + ProcessHandle.current().pid()
                  + ") is at work in "
                  + path
                  + ". Stop it first, or choose another folder with --data.");
    }
    try (DataFolder second = DataFolder.open(path, "up")) {
      assertThat(second.path()).isEqualTo(path);
    }
  }

  @Test
  void letsDifferentStagesShareIt() {
    DataFolder capture = DataFolder.open(parent, "capture");
    DataFolder sink = DataFolder.open(parent, "sink");
    try (capture;
        sink) {
      assertThat(capture.resolve("a")).isEqualTo(sink.resolve("a"));
    }
  }
}
