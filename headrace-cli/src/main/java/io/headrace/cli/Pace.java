package io.headrace.cli;

import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/** How far long work is, how fast it goes and how long it will take; said every two seconds. */
final class Pace {
  private static final Duration BETWEEN = Duration.ofSeconds(2);
  private static final double NANOS = 1e9;

  private final Console console;
  private final LongSupplier nanoTime;
  private final Map<String, Piece> pieces = new HashMap<>();

  private record Piece(long begun, long first, long told) {}

  Pace(Console console) {
    this(console, System::nanoTime);
  }

  Pace(Console console, LongSupplier nanoTime) {
    this.console = console;
    this.nanoTime = nanoTime;
  }

  /**
   * Hears of it.
   *
   * @param total -1 when unknown
   */
  synchronized void progress(String work, long done, long total) {
    long now = nanoTime.getAsLong();
    Piece piece = pieces.get(work);
    if (piece == null || done < piece.first()) {
      pieces.put(work, new Piece(now, done, now));
      return;
    }
    if (now - piece.told() < BETWEEN.toNanos() || done == piece.first()) {
      return;
    }
    pieces.put(work, new Piece(piece.begun(), piece.first(), now));
    double rate = (done - piece.first()) * NANOS / (now - piece.begun());
    String sentence =
        total < done
            ? String.format(Locale.ROOT, "  %s: %,d rows, %,.0f a second", work, done, rate)
            : String.format(
                Locale.ROOT,
                "  %s: %,d of about %,d rows (%d %%), %,.0f a second, about %d s left",
                work,
                done,
                total,
                done * 100 / Math.max(1, total),
                rate,
                Math.round((total - done) / rate));
    console.say(sentence);
  }
}
