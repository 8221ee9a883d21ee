package io.headrace.sink.freshness;

import io.headrace.wire.EpochMark.Passage;
import java.time.Duration;
import java.time.Instant;

/**
 * How long an epoch took, from the commit of its first transaction until the warehouse showed it.
 * The three parts add up to the whole.
 *
 * @param capture until the capture wrote it to Kafka
 * @param transform from there until the transform had written its facts
 * @param sink from there until the warehouse showed it
 */
record HopTimes(Duration capture, Duration transform, Duration sink) {

  /**
   * Works it out.
   *
   * @param visible when the warehouse showed it, by the source's clock
   */
  static HopTimes of(Passage passage, Instant visible) {
    Instant captured = between(passage.first(), passage.captured(), visible);
    // The transform's machine has a clock of its own: what it says counts as far as it is possible.
    Instant transformed = between(captured, passage.transformed(), visible);
    return new HopTimes(
        Duration.between(passage.first(), captured),
        Duration.between(captured, transformed),
        Duration.between(transformed, visible));
  }

  Duration total() {
    return capture.plus(transform).plus(sink);
  }

  private static Instant between(Instant earliest, Instant moment, Instant latest) {
    Instant notLater = moment.isAfter(latest) ? latest : moment;
    return notLater.isBefore(earliest) ? earliest : notLater;
  }
}
