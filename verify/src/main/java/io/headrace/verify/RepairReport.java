package io.headrace.verify;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a repair has done, or would do.
 *
 * @param verification whose findings were mended
 * @param left how many rows that verification found beyond those that it kept
 * @param differing the rows that still differed when the repair began
 * @param recaptured how many rows of which source tables are captured again
 * @param after how the same rows compare now; null when nothing was done
 */
public record RepairReport(
    long verification,
    long left,
    List<Difference> differing,
    Map<String, Integer> recaptured,
    @Nullable VerificationReport after) {
  public RepairReport {
    differing = List.copyOf(differing);
  }

  /** Whether nothing differs any more, as far as the verification had kept what does. */
  public boolean equal() {
    return left == 0 && (after == null ? differing.isEmpty() : after.equal());
  }

  /** What is still wrong, in a few words; null when {@link #equal}. */
  @Nullable String wrong() {
    if (equal()) {
      return null;
    }
    List<Difference> rest = after == null ? differing : after.differences();
    return rest.isEmpty()
        ? "the verification found more rows than it keeps"
        : rest.size() + (rest.size() == 1 ? " row still differs" : " rows still differ");
  }
}
