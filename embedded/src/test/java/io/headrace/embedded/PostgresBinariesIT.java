package io.headrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresBinariesIT {
  @TempDir Path cache;

  @Test
  void leavesWhatAnotherProcessHasUnpackedMeanwhile() throws IOException {
    Path home = cache.resolve("postgresql");
    PostgresBinaries.unpack(home);

    PostgresBinaries.unpack(home);

    assertThat(home.resolve("bin/postgres")).isExecutable();
    assertThat(cache.toFile().list()).containsExactly("postgresql");
  }
}
