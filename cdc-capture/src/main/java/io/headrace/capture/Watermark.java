package io.headrace.capture;

/**
 * The messages that stand around a reading in the source's log, each with the reading's token as
 * its content.
 */
final class Watermark {
  static final String LOW = "headrace.low";
  static final String HIGH = "headrace.high";

  private Watermark() {}
}
