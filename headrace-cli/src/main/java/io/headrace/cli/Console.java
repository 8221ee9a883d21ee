package io.headrace.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Plain sentences for a person; progress at most every two seconds. */
final class Console {
  private static final Duration BETWEEN = Duration.ofSeconds(2);

  /** Work of the same name that begins so long after it was last heard of is another piece. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** Rows; a trickle is no long work. */
  private static final long WORTH_A_WORD = 100;

  /** The log's file and a run's lines hold what was said; the console has it already. */
  static final String SAID = "io.headrace.said";

  private static final Logger LOG = LoggerFactory.getLogger(SAID);

  private final PrintWriter out;
  private final LongSupplier nanoTime;
  private final Map<String, Piece> pieces = new HashMap<>();

  /** Where a piece of work was when it was last heard of, and last told. */
  private record Piece(long done, long doneThen, long heard, long told) {}

  Console(PrintWriter out) {
    this(out, System::nanoTime);
  }

  Console(PrintWriter out, LongSupplier nanoTime) {
    this.out = out;
    this.nanoTime = nanoTime;
  }

  synchronized void say(String sentence) {
    out.println(sentence);
    out.flush();
    LOG.info(sentence);
  }

  /**
   * Says how far a piece of work is, unless it was said just now.
   *
   * @param total -1 when unknown
   */
  synchronized void progress(String work, long done, long total) {
    long now = nanoTime.getAsLong();
    Piece piece = pieces.get(work);
    if (piece == null || done < piece.done || now - piece.heard > PAUSE.toNanos()) {
      pieces.put(work, new Piece(done, done, now, now)); // another piece; short ones need no words
      return;
    }
    boolean tell = done - piece.doneThen >= WORTH_A_WORD && now - piece.told >= BETWEEN.toNanos();
    pieces.put(work, new Piece(done, tell ? done : piece.doneThen, now, tell ? now : piece.told));
    if (tell) {
      say("  " + work + ": " + amount(done, total));
    }
  }

  private static String amount(long done, long total) {
    if (total <= 0 || done > total) {
      return String.format(Locale.ROOT, "%,d rows", done);
    }
    return String.format(
        Locale.ROOT, "%,d of about %,d rows (%d %%)", done, total, done * 100 / total);
  }
}
