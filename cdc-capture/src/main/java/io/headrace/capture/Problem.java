package io.headrace.capture;

import io.headrace.stage.StageException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Something in the source that must be changed before the capture can start.
 *
 * @param found the rule and what was found instead
 * @param remedy the SQL that would mend it, or what else would
 */
record Problem(String found, String remedy) {

  @Override
  public String toString() {
    return found + "\n    " + remedy.replace("\n", "\n    ");
  }

  /** All of them in one exception. */
  static StageException refuse(List<Problem> problems) {
    return new StageException(
        StageException.Kind.SETTINGS,
        "The source cannot be captured as it is:\n"
            + problems.stream().map(problem -> "- " + problem).collect(Collectors.joining("\n")));
  }
}
