package io.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

class FullDiskTest {

  @Test
  void isFoundAmongTheCauses() {
    IOException full = new IOException("write failed: No space left on device");
    assertThat(FullDisk.caused(new IllegalStateException(new UncheckedIOException(full)))).isTrue();
    assertThat(FullDisk.caused(new IOException("No such file"))).isFalse();
    assertThat(FullDisk.caused(null)).isFalse();
  }
}
