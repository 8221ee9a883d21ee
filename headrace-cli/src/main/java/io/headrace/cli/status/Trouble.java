package io.headrace.cli.status;

/**
 * Why changes do not arrive in time.
 *
 * @param hop where they stop
 * @param words what is wrong there
 */
public record Trouble(Hop hop, String words) {
  @Override
  public String toString() {
    return hop + ": " + words;
  }
}
