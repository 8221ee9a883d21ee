package io.headrace.verify;

import java.time.Duration;
import java.util.List;

/**
 * What is to be compared, and how gently.
 *
 * @param tables names of star tables; empty for all
 * @param filter which of their rows
 * @param rate at most so many rows of the source a second; 0 for as fast as it goes
 * @param hold how long a snapshot may be held before new ones are taken
 * @param pageRows at most so many rows in memory
 * @param shown of so many differences the values are kept
 * @param patience how long the warehouse may take to come to where the source is
 */
public record VerifySettings(
    List<String> tables,
    Filter filter,
    int rate,
    Duration hold,
    int pageRows,
    int shown,
    Duration patience) {
  public VerifySettings {
    tables = List.copyOf(tables);
  }

  /** Everything, as fast as it goes. */
  public static VerifySettings all() {
    return new VerifySettings(
        List.of(), Filter.ALL, 0, Duration.ofMinutes(5), 10_000, 20, Duration.ofMinutes(1));
  }
}
