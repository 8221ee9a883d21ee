package io.headrace.sink.mart;

import io.headrace.star.Suggestion;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns one mart's properties into rules, or tells all that is wrong with them. */
final class RulesReader {
  private static final String MANUAL = "manual";
  private static final int MAX_RETRIES = 100;
  private static final Duration LONGEST_STAND = Duration.ofHours(1);

  /** So many moments of a schedule tell what it is like. */
  private static final int DAYS = 40;

  private static final Pattern DURATION = Pattern.compile("(\\d{1,6})\\s*([smh])");
  private static final List<String> KEYS =
      List.of("schedule", "zone", "unique-key", "cut-off", "wait", "late", "timeout", "retries");

  private final Path path;
  private final Map<String, String> values = new TreeMap<>();
  private final List<String> problems;

  private RulesReader(Path path, List<String> problems) {
    this.path = path;
    this.problems = problems;
  }

  /**
   * Reads them.
   *
   * @param problems takes what is wrong
   * @return null when something is
   */
  static MartRules.@Nullable Keyed read(Path path, Reader text, List<String> problems)
      throws IOException {
    int before = problems.size();
    RulesReader reader = new RulesReader(path, problems);
    reader.load(text);
    MartRules.Keyed keyed = reader.keyed();
    return problems.size() == before ? keyed : null;
  }

  private void load(Reader text) throws IOException {
    Properties lines =
        new Properties() {
          private static final long serialVersionUID = 1L;

          @Override
          public synchronized @Nullable Object put(Object key, Object value) {
            if (values.put(key.toString(), value.toString().strip()) != null) {
              problem(key + " must stand there once but stands there again");
            }
            return null;
          }
        };
    try {
      lines.load(text);
    } catch (IllegalArgumentException e) {
      problem("must be properties, but: " + e.getMessage());
    }
    for (String key : new TreeSet<>(values.keySet())) {
      if (!KEYS.contains(key)) {
        problem("there is no " + key + Suggestion.of(key, KEYS));
      }
    }
  }

  private MartRules.@Nullable Keyed keyed() {
    ZoneId zone = zone();
    MartSchedule schedule = schedule(zone);
    CutOff cutOff = cutOff();
    Duration patience = duration("wait", MartRules.DEFAULT_PATIENCE);
    boolean lateIsIncomplete = oneOf("late", "fail", "incomplete").equals("incomplete");
    Duration timeout = duration("timeout", MartRules.DEFAULT_TIMEOUT);
    int retries = retries();
    List<String> key = key();
    if (cutOff == CutOff.PREVIOUS_MIDNIGHT) {
      mustBeSoonAfterMidnight(schedule);
    }
    return zone == null
        ? null
        : new MartRules.Keyed(
            new MartRules(schedule, zone, cutOff, patience, lateIsIncomplete, timeout, retries),
            key);
  }

  private @Nullable ZoneId zone() {
    String zone = needed("zone", "an IANA time zone such as Europe/Berlin");
    if (zone == null) {
      return null;
    }
    try {
      if (!ZoneId.getAvailableZoneIds().contains(zone)) {
        throw new DateTimeException("unknown");
      }
      return ZoneId.of(zone);
    } catch (DateTimeException e) {
      problem(
          "zone must be an IANA time zone such as Europe/Berlin but was "
              + zone
              + Suggestion.of(zone, ZoneId.getAvailableZoneIds()));
      return null;
    }
  }

  private @Nullable MartSchedule schedule(@Nullable ZoneId zone) {
    String cron = needed("schedule", "cron of five fields, or manual");
    if (cron == null || cron.equals(MANUAL) || zone == null) {
      return null;
    }
    try {
      return new MartSchedule(cron, zone);
    } catch (IllegalArgumentException e) {
      problem(
          "schedule must be cron of five fields, or manual, but was "
              + cron
              + ": "
              + e.getMessage());
      return null;
    }
  }

  /** The star stands still from midnight on until the mart has read it. */
  private void mustBeSoonAfterMidnight(@Nullable MartSchedule schedule) {
    if (schedule == null) {
      if (MANUAL.equals(values.get("schedule"))) {
        problem("cut-off = previous midnight needs a schedule, but it is manual");
      }
      return;
    }
    Instant due = schedule.next(Instant.EPOCH);
    for (int i = 0; i < DAYS && due != null; i++) {
      Instant midnight = CutOff.PREVIOUS_MIDNIGHT.of(due, schedule.zone());
      if (Duration.between(midnight, due).compareTo(LONGEST_STAND) > 0) {
        problem(
            "cut-off = previous midnight needs a schedule within an hour after midnight, because the star stands"
                + " still from midnight until then, but it was "
                + schedule.cron());
        return;
      }
      due = schedule.next(due);
    }
  }

  private CutOff cutOff() {
    String words = oneOf("cut-off", CutOff.TRIGGER.words(), CutOff.PREVIOUS_MIDNIGHT.words());
    return words.equals(CutOff.TRIGGER.words()) ? CutOff.TRIGGER : CutOff.PREVIOUS_MIDNIGHT;
  }

  private String oneOf(String key, String standard, String other) {
    String value = values.getOrDefault(key, standard);
    if (!value.equals(standard) && !value.equals(other)) {
      problem(key + " must be " + standard + " or " + other + " but was " + value);
    }
    return value;
  }

  private Duration duration(String key, Duration standard) {
    String value = values.get(key);
    if (value == null) {
      return standard;
    }
    Matcher matcher = DURATION.matcher(value);
    if (!matcher.matches() || Integer.parseInt(matcher.group(1)) == 0) {
      problem(
          key
              + " must be a number of s, m or h above zero, such as 90s, 15m or 1h, but was "
              + value);
      return standard;
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofHours(number);
    };
  }

  private int retries() {
    String value = values.get("retries");
    if (value == null) {
      return MartRules.DEFAULT_RETRIES;
    }
    if (!value.matches("\\d{1,3}") || Integer.parseInt(value) > MAX_RETRIES) {
      problem("retries must be a number from 0 to " + MAX_RETRIES + " but was " + value);
      return MartRules.DEFAULT_RETRIES;
    }
    return Integer.parseInt(value);
  }

  private List<String> key() {
    String value = needed("unique-key", "columns of the mart between commas");
    if (value == null) {
      return List.of();
    }
    List<String> key = Arrays.stream(value.split(",", -1)).map(String::strip).toList();
    if (key.contains("")) {
      problem("unique-key must be columns of the mart between commas but was \"" + value + "\"");
    }
    return key;
  }

  private @Nullable String needed(String key, String what) {
    String value = values.get(key);
    if (value == null || value.isEmpty()) {
      problem(key + " is needed: " + what);
      return null;
    }
    return value;
  }

  private void problem(String words) {
    problems.add(path + ": " + words);
  }
}
