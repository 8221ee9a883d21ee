package io.headrace.cli;

import io.headrace.wire.Resync;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Says how far a resync is, at most every two seconds. */
final class ResyncProgress {

  private static final Duration BETWEEN = Duration.ofSeconds(2);

  private final long estimated;
  private final LongSupplier nanoTime;
  private long begun = -1;
  private long told = -1;
  private long rowsThen;
  private long rows;

  /**
   * For one table.
   *
   * @param estimated its rows; -1 when unknown
   */
  ResyncProgress(long estimated, LongSupplier nanoTime) {
    this.estimated = estimated;
    this.nanoTime = nanoTime;
  }

  /**
   * What to say of this; null for nothing.
   *
   * @param first whether it is at work, and not waiting for others
   */
  @Nullable String sentence(Resync resync, boolean first) {
    long now = nanoTime.getAsLong();
    if (first && begun < 0) {
      begun = now;
      rowsThen = resync.rows();
    }
    rows = resync.rows();
    if (told >= 0 && now - told < BETWEEN.toNanos()) {
      return null;
    }
    told = now;
    if (!first) {
      return "  waits until another table is done";
    }
    return resync.pass() == Resync.Pass.ROWS
        ? "  " + reading(now)
        : String.format(Locale.ROOT, "  %,d rows; looks for rows that are gone", rows);
  }

  private String reading(long now) {
    double seconds = (now - begun) / 1e9;
    long rate = seconds < 0.1 ? 0 : Math.round((rows - rowsThen) / seconds);
    String amount =
        estimated <= 0 || rows > estimated
            ? String.format(Locale.ROOT, "%,d rows", rows)
            : String.format(
                Locale.ROOT,
                "%,d of about %,d rows (%d %%)",
                rows,
                estimated,
                rows * 100 / estimated);
    if (rate == 0) {
      return amount;
    }
    String left =
        estimated < rows
            ? ""
            : String.format(Locale.ROOT, ", about %,d s left", (estimated - rows) / rate + 1);
    return String.format(Locale.ROOT, "%s, %,d a second%s", amount, rate, left);
  }
}
