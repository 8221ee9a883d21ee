package io.headrace.observe;

import java.util.Locale;

/** A place that a change passes on its way from the source into the warehouse, in this order. */
public enum Hop {
  SOURCE,
  KAFKA,
  WAREHOUSE,
  CAPTURE,
  TRANSFORM,
  SINK;

  /** As people write it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
