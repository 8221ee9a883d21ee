package io.headrace.cli;

import io.headrace.stage.StageListener;
import io.headrace.wire.EpochMark;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/** One line on a terminal that is written over as work goes on. */
final class ProgressBar implements StageListener {
  private static final Duration BETWEEN = Duration.ofMillis(100);
  private static final int WIDTH = 30;
  private static final String CLEAR = "\r\u001b[K";

  private final PrintWriter terminal;
  private final LongSupplier nanoTime;
  private long drawn;
  private boolean visible;

  ProgressBar(PrintWriter terminal, LongSupplier nanoTime) {
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    this.drawn = nanoTime.getAsLong() - BETWEEN.toNanos();
  }

  @Override
  public void says(String sentence) {
    clear();
    terminal.println(sentence);
    terminal.flush();
  }

  @Override
  public void progress(String work, long done, long total) {
    long now = nanoTime.getAsLong();
    if (now - drawn < BETWEEN.toNanos()) {
      return;
    }
    drawn = now;
    visible = true;
    terminal.print(CLEAR + bar(done, total) + String.format(Locale.ROOT, "%,d", done) + " " + work);
    terminal.flush();
  }

  private static String bar(long done, long total) {
    if (total <= 0) {
      return "";
    }
    long share = Math.min(done, total);
    int full = (int) (WIDTH * share / total);
    return "[" + "#".repeat(full) + " ".repeat(WIDTH - full) + "] " + share * 100 / total + " %  ";
  }

  @Override
  public void completed(EpochMark epoch) {
    // Nothing that is compared completes epochs.
  }

  /** Takes the line away, so that others can write. */
  void clear() {
    if (visible) {
      terminal.print(CLEAR);
      terminal.flush();
      visible = false;
    }
  }
}
