package io.headrace.sink.mart;

import java.time.Instant;
import java.time.ZoneId;

/** Up to which moment, by the source's clock, a mart's data must be complete. */
public enum CutOff {
  /** At least to the moment that the refresh is for. */
  TRIGGER("trigger"),
  /** Exactly to the last commit before the day of that moment began, in the mart's zone. */
  PREVIOUS_MIDNIGHT("previous midnight");

  private final String words;

  CutOff(String words) {
    this.words = words;
  }

  /** As files and tables have it. */
  public String words() {
    return words;
  }

  /** The cut-off of a refresh that is for a moment. */
  public Instant of(Instant due, ZoneId zone) {
    return this == TRIGGER ? due : due.atZone(zone).toLocalDate().atStartOfDay(zone).toInstant();
  }
}
