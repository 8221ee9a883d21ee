package io.headrace.cli.settings;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * A moment as somebody names it, in ISO 8601, or as PostgreSQL writes a timestamp.
 *
 * @param instant which it is
 * @param zone the zone that was not named but taken; empty when one was named
 */
public record Moment(Instant instant, String zone) {
  /**
   * Reads it.
   *
   * @param local the zone of a moment that names none
   * @throws IllegalArgumentException when it is none
   */
  public static Moment parse(String text, ZoneId local) {
    String iso = text.strip().replaceFirst("(?<=\\d) +(?=\\d)", "T");
    int zone = zone(iso);
    try {
      LocalDateTime time = LocalDateTime.parse(iso.substring(0, zone));
      if (zone == iso.length()) {
        return new Moment(time.atZone(local).toInstant(), local.getId());
      }
      return new Moment(time.toInstant(ZoneOffset.of(iso.substring(zone))), "");
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "a moment must be a date and a time like 2026-01-31T09:00:00Z or 2026-01-31T09:00:00+01:00 but was "
              + text,
          e);
    }
  }

  /** Where the zone begins: behind the time. */
  private static int zone(String iso) {
    int time = iso.indexOf('T');
    for (int i = Math.max(time, 0); i < iso.length(); i++) {
      if (iso.charAt(i) == 'Z' || iso.charAt(i) == '+' || (i > time && iso.charAt(i) == '-')) {
        return i;
      }
    }
    return iso.length();
  }
}
