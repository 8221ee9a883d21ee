package io.headrace.console;

/** A request that is not served, with an HTTP status and the words for the person. */
final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  Refused(int status, String words) {
    super(words);
    this.status = status;
  }

  int status() {
    return status;
  }
}
