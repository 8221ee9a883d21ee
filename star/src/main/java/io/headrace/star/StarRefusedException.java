package io.headrace.star;

import java.util.List;
import java.util.stream.Collectors;

/** The star cannot be compiled; tells every problem at once. */
public final class StarRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<StarProblem> problems;

  public StarRefusedException(List<StarProblem> problems) {
    super(problems.stream().map(StarProblem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  public List<StarProblem> problems() {
    return problems;
  }
}
