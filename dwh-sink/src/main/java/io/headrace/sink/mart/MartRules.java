package io.headrace.sink.mart;

import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When and how a mart is refreshed.
 *
 * @param schedule when; null: only when asked for
 * @param zone where its days begin
 * @param cutOff up to when its data must be complete
 * @param patience how long a refresh waits for that
 * @param lateIsIncomplete whether it then refreshes from what there is; else it fails
 * @param timeout how long the refresh itself may take
 * @param retries attempts after the first that failed
 */
public record MartRules(
    @Nullable MartSchedule schedule,
    ZoneId zone,
    CutOff cutOff,
    Duration patience,
    boolean lateIsIncomplete,
    Duration timeout,
    int retries) {
  static final Duration DEFAULT_PATIENCE = Duration.ofHours(1);
  static final Duration DEFAULT_TIMEOUT = Duration.ofHours(1);
  static final int DEFAULT_RETRIES = 3;

  /** Of a materialized view that no file declares. */
  static MartRules undeclared(ZoneId zone) {
    return new MartRules(
        null, zone, CutOff.TRIGGER, DEFAULT_PATIENCE, false, DEFAULT_TIMEOUT, DEFAULT_RETRIES);
  }

  /** The same with a key. */
  record Keyed(MartRules rules, List<String> key) {}
}
