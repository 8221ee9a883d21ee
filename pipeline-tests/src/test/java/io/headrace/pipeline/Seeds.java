package io.headrace.pipeline;

/**
 * Where chance begins: printed, and given again by the system property {@code headrace.test.seed}.
 */
final class Seeds {

  private Seeds() {}

  static long next(String test) {
    long seed = Long.getLong("headrace.test.seed", System.nanoTime() & 0xFFFF_FFFFL);
    System.out.println(
        "[headrace] " + test + ": seed " + seed + ", again with -Dheadrace.test.seed=" + seed);
    return seed;
  }
}
