package io.headrace.star;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuggestionTest {

  @Test
  void suggestsTheNearestName() {
    assertThat(Suggestion.of("cuorse", List.of("stream", "course", "courses")))
        .isEqualTo("; did you mean course?");
    assertThat(Suggestion.of("TITLE", List.of("title"))).isEqualTo("; did you mean title?");
  }

  @Test
  void suggestsNothingWhenNothingIsNear() {
    assertThat(Suggestion.of("xyz", List.of("course", "id"))).isEmpty();
    assertThat(Suggestion.of("xyz", List.of())).isEmpty();
  }
}
