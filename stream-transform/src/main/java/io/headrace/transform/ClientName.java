package io.headrace.transform;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a process of the transform calls itself in Kafka: Kafka knows the members of a group, but
 * not since when.
 *
 * @param started when it started, in seconds
 * @param id tells it from others that started in the same second
 */
record ClientName(Instant started, String id) {
  private static final Pattern NAME =
      Pattern.compile("headrace-transform-([0-9TZ-]+)-([0-9a-f]{8})(-.*)?");

  static ClientName of(Instant started) {
    return new ClientName(
        started.truncatedTo(ChronoUnit.SECONDS), UUID.randomUUID().toString().substring(0, 8));
  }

  /** Reads the name of a member, which Kafka Streams has lengthened. */
  static Optional<ClientName> parse(String member) {
    Matcher matcher = NAME.matcher(member);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      String[] parts = matcher.group(1).split("T", -1);
      return Optional.of(
          new ClientName(
              Instant.parse(parts[0] + "T" + parts[parts.length - 1].replace('-', ':')),
              matcher.group(2)));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** With no character that Kafka would not have in a name. */
  @Override
  public String toString() {
    return "headrace-transform-" + started.toString().replace(':', '-') + "-" + id;
  }
}
