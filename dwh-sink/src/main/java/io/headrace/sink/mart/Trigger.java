package io.headrace.sink.mart;

/** Why a mart is refreshed. */
public enum Trigger {
  SCHEDULE("schedule"),
  /** Somebody has asked for it. */
  MANUAL("manual"),
  /** The star has been loaded whole for the first time, by its present SQL. */
  FIRST_LOAD("first load"),
  /** Its moment passed while no scheduler ran. */
  CATCH_UP("catch-up"),
  /** Its file has other SQL than the materialized view. */
  NEW_DEFINITION("new definition");

  private final String words;

  Trigger(String words) {
    this.words = words;
  }

  /** As {@code headrace.mart_refresh} has it. */
  public String words() {
    return words;
  }

  static Trigger of(String words) {
    for (Trigger trigger : values()) {
      if (trigger.words.equals(words)) {
        return trigger;
      }
    }
    throw new IllegalArgumentException("headrace.mart_refresh.trigger is " + words);
  }
}
