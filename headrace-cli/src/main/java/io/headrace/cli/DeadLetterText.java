package io.headrace.cli;

import io.headrace.sink.DeadLetter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Dead letters for a person. */
final class DeadLetterText {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

  private DeadLetterText() {}

  static List<String> list(List<DeadLetter> letters, ZoneId zone) {
    List<String> lines = new ArrayList<>();
    for (DeadLetter letter : letters) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%5d  %s  %-9s  %-9s  %s%s",
              letter.id(),
              time(letter.at(), zone),
              letter.stage(),
              letter.state(),
              letter.table(),
              letter.key() == null ? ", no key" : " (" + letter.key() + ")"));
      lines.add("       " + letter.cause());
    }
    long waiting = letters.stream().filter(DeadLetter::waits).count();
    lines.add(
        waiting == 0
            ? "No dead letter waits."
            : waiting == 1 ? "1 dead letter waits." : waiting + " dead letters wait.");
    return lines;
  }

  static List<String> one(DeadLetter letter, DeadLetter.@Nullable Contents contents, ZoneId zone) {
    List<String> lines = new ArrayList<>();
    lines.add("dead letter  " + letter.id() + ", " + letter.state());
    lines.add("set aside by " + letter.stage() + ", first " + time(letter.at(), zone));
    lines.add(
        "record       topic "
            + letter.topic()
            + ", partition "
            + letter.partition()
            + ", offset "
            + letter.offset()
            + (letter.epoch() == null ? "" : ", epoch " + letter.epoch()));
    lines.add("table        " + letter.table());
    lines.add("key          " + (letter.key() == null ? "none" : letter.key()));
    lines.add("cause        " + letter.cause());
    lines.add("tried        " + letter.tries() + " times, last " + time(letter.lastTried(), zone));
    Instant ended = letter.ended();
    if (ended != null) {
      lines.add("ended        " + time(ended, zone));
    }
    if (letter.waits() && !letter.canBeRetried()) {
      lines.add("             cannot be tried again: it does not tell whose it is");
    }
    if (contents != null) {
      lines.add("record key   " + (contents.key() == null ? "none" : contents.key()));
      lines.add("record value " + (contents.value() == null ? "none" : contents.value()));
    }
    return lines;
  }

  private static String time(Instant time, ZoneId zone) {
    return TIME.format(time.atZone(zone));
  }
}
