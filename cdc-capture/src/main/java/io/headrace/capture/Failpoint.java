package io.headrace.capture;

/** Lets a test end the work at a {@link Moment}, as a crash would: by throwing an {@link Error}. */
@FunctionalInterface
interface Failpoint {
  Failpoint NONE = moment -> {};

  void reached(Moment moment);
}
