package io.headrace.capture;

import io.headrace.wire.CutMessage;
import io.headrace.wire.Epoch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the epoch at whose end the source was as a snapshot sees it. Between the two {@link
 * CutMessage}s every transaction is an epoch of its own, so that one of them ends there: the last
 * one that the snapshot sees, if it sees none of those after it and all of those before.
 *
 * <p>A snapshot need not see commits in the order of the log: a transaction is in the log before
 * others can see it. Then there is no such epoch, and whoever asked tries again.
 */
final class Cuts {
  private static final Logger LOG = LoggerFactory.getLogger(Cuts.class);

  /** How long the second message may keep the capture waiting. */
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final RecentTransactions recent = new RecentTransactions();
  private final List<Own> own = new ArrayList<>();
  private @Nullable String id;
  private @Nullable Instant begun;
  private Epoch.@Nullable Cut answer;

  /** A transaction that is an epoch of its own. */
  private record Own(long transaction, long epoch) {}

  /** Whether every transaction is an epoch now. */
  boolean open() {
    return id != null || answer != null;
  }

  void hear(CutMessage message) {
    if (message instanceof CutMessage.End end) {
      answer = new Epoch.Cut(end.id(), end.id().equals(id) ? find(end) : 0);
      id = null;
    } else {
      id = message.id();
      begun = null;
      own.clear();
    }
  }

  /** What the present epoch is to answer. */
  Epoch.@Nullable Cut answer() {
    return answer;
  }

  /** A transaction has ended and is not yet, or not alone, in an epoch. */
  void passed(long transaction) {
    recent.passed(transaction);
  }

  /** A transaction has become an epoch. */
  void committed(long transaction, Instant committed, long epoch) {
    if (begun == null) {
      // The first message's own: what was before it shares its epoch.
      begun = committed;
    }
    own.add(new Own(transaction, epoch));
    if (answer != null || Duration.between(begun, committed).compareTo(LONGEST) > 0) {
      own.forEach(each -> passed(each.transaction()));
      own.clear();
      id = null;
      answer = null;
    }
  }

  private long find(CutMessage.End end) {
    VisibleTransactions visible;
    try {
      visible = VisibleTransactions.parse(end.snapshot());
    } catch (IllegalArgumentException e) {
      LOG.warn("a cut is refused: id={} reason={}", end.id(), e.getMessage());
      return 0;
    }
    if (!recent.allSeenBy(visible)) {
      return 0;
    }
    long last = 0;
    boolean beyond = false;
    for (Own each : own) {
      boolean sees = visible.sees(each.transaction());
      if (sees && beyond) {
        return 0;
      }
      if (sees) {
        last = each.epoch();
      }
      beyond |= !sees;
    }
    return last;
  }
}
