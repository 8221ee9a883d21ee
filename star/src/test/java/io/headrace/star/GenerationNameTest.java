package io.headrace.star;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GenerationNameTest {

  @Test
  void isThatOfTheDefinitionUntilItIsJoinedAnew() {
    GenerationName first = GenerationName.parse("0a1b2c3d");
    assertThat(first).isEqualTo(new GenerationName("0a1b2c3d", 1)).hasToString("0a1b2c3d");
    assertThat(first.next()).hasToString("0a1b2c3dr2");
    assertThat(GenerationName.parse("0a1b2c3dr2").next()).hasToString("0a1b2c3dr3");
    assertThat(GenerationName.parse("0a1b2c3dr2").definition()).isEqualTo("0a1b2c3d");
  }
}
