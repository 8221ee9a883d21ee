package io.headrace.cli.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EditsTest {

  @Test
  void countsInsertedDeletedAndReplacedLetters() {
    assertThat(Edits.between("source", "source")).isZero();
    assertThat(Edits.between("souce", "source")).isEqualTo(1);
    assertThat(Edits.between("suorce", "source")).isEqualTo(2);
    assertThat(Edits.between("", "abc")).isEqualTo(3);
  }
}
