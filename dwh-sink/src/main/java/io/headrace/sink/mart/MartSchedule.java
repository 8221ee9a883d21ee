package io.headrace.sink.mart;

import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.schedule.CronSchedule;
import com.github.kagkarlsson.scheduler.task.schedule.CronStyle;
import com.github.kagkarlsson.scheduler.task.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When a mart is due: cron in a time zone. Where clocks change, a schedule with named hours is due
 * exactly once for each time of day that it names: at one that is left out, as much later as the
 * clock goes forward (02:30 becomes 03:30); at one that comes twice, the first time. One for every
 * hour ({@code *}) goes by the hours that really pass. That is cron(8)'s rule.
 *
 * @param cron minute, hour, day of the month, month, day of the week
 * @param zone whose clock is meant
 */
public record MartSchedule(String cron, ZoneId zone) {
  /** Longer than any clock was ever set forward: Samoa once left out a day. */
  private static final Duration LONGEST_CHANGE = Duration.ofHours(25);

  /**
   * How far back the latest moment is looked for: growing, so that frequent ones are found fast.
   */
  private static final List<Duration> BACK =
      List.of(
          Duration.ofHours(1),
          Duration.ofDays(1),
          Duration.ofDays(8),
          Duration.ofDays(32),
          Duration.ofDays(367),
          Duration.ofDays(3_000));

  /**
   * Checks it.
   *
   * @throws IllegalArgumentException with the rule that is broken
   */
  public MartSchedule {
    if (cron.strip().split("\\s+", -1).length != 5) {
      throw new IllegalArgumentException(
          "must have the five fields minute, hour, day of the month, month and day of the week");
    }
    // Asking throws what is wrong with a field.
    if (next(cron, ZoneOffset.UTC, Instant.EPOCH) == null) {
      throw new IllegalArgumentException("is never due");
    }
  }

  /** The first moment after one; null when there is none. */
  public @Nullable Instant next(Instant after) {
    if (byTheHoursThatPass()) {
      return next(cron, zone, after);
    }
    Instant local = after.atZone(zone).toLocalDateTime().toInstant(ZoneOffset.UTC);
    Instant candidate = next(cron, ZoneOffset.UTC, local.minus(LONGEST_CHANGE));
    while (candidate != null) {
      Instant due = candidate.atZone(ZoneOffset.UTC).toLocalDateTime().atZone(zone).toInstant();
      if (due.isAfter(after)) {
        return due;
      }
      candidate = next(cron, ZoneOffset.UTC, candidate);
    }
    return null;
  }

  /** The last moment up to one; null when there was none for years. */
  public @Nullable Instant latest(Instant upTo) {
    for (Duration back : BACK) {
      Instant found = null;
      Instant due = next(upTo.minus(back));
      while (due != null && !due.isAfter(upTo)) {
        found = due;
        due = next(due);
      }
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private boolean byTheHoursThatPass() {
    return cron.strip().split("\\s+", -1)[1].startsWith("*");
  }

  private static @Nullable Instant next(String cron, ZoneId zone, Instant after) {
    Instant next =
        new CronSchedule(cron.strip(), zone, CronStyle.UNIX)
            .getNextExecutionTime(ExecutionComplete.simulatedSuccess(after));
    return next.equals(Schedule.NEVER) ? null : next;
  }

  /** {@code 0 9 * * * Europe/Berlin}. */
  @Override
  public String toString() {
    return cron + " " + zone;
  }
}
