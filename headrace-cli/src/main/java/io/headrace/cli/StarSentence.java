package io.headrace.cli;

import io.headrace.star.Star;
import java.util.stream.Collectors;

/** What the star is, in a sentence. */
final class StarSentence {
  private StarSentence() {}

  static String of(Star star) {
    return "The star: "
        + star.tables().stream().map(table -> table.name()).collect(Collectors.joining(", "))
        + ", from "
        + star.sources().stream()
            .map(source -> source.name().toString())
            .collect(Collectors.joining(", "))
        + ".";
  }
}
