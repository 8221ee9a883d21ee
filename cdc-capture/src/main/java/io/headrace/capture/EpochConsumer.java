package io.headrace.capture;

import io.debezium.engine.DebeziumEngine.ChangeConsumer;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.headrace.stage.StageListener;
import io.headrace.wire.CutMessage;
import io.headrace.wire.Epoch;
import io.headrace.wire.EpochMark;
import io.headrace.wire.Lsn;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Makes epochs of what Debezium brings. An epoch ends with the last source transaction that is
 * complete in a batch, once it has collected for as long as {@link EpochPace} lets it; what follows
 * that in the batch belongs to a transaction that goes on in the next one. While somebody looks for
 * a cut ({@link Cuts}), each transaction is an epoch. No epoch spans the turn of a minute of the
 * source's clock: so whoever wants the state at a moment that clocks show, a midnight in any time
 * zone, finds an epoch that ends there.
 */
final class EpochConsumer implements ChangeConsumer<SourceRecord> {

  private final String transactionTopic;
  private final String messageTopic;
  private final EpochWriter writer;
  private final ChangeRoutes routes;
  private final EpochPace pace;
  private final Clock sourceClock;
  private final StageListener listener;
  private final Closing closing;
  private final Cuts cuts = new Cuts();
  private final Recaptures recaptures;

  /** The end of the last transaction, while nothing of a later one has been sent. */
  private @Nullable End last;

  /** The same, where an epoch may end. */
  private @Nullable End waiting;

  /** When the source committed the first transaction of the present epoch. */
  private @Nullable Instant first;

  private long begunNanos;
  private boolean begun;
  private long heardNanos = System.nanoTime();
  private volatile long lastEpochNanos = System.nanoTime();
  private volatile @Nullable Throwable failure;

  EpochConsumer(
      String prefix,
      EpochWriter writer,
      ChangeRoutes routes,
      Recaptures recaptures,
      EpochPace pace,
      Clock sourceClock,
      StageListener listener,
      Closing closing) {
    this.transactionTopic = prefix + ".transaction";
    this.messageTopic = prefix + ".message";
    this.writer = writer;
    this.routes = routes;
    this.recaptures = recaptures;
    this.pace = pace;
    this.sourceClock = sourceClock;
    this.listener = listener;
    this.closing = closing;
  }

  /** The end of a source transaction. */
  private record End(
      SourceRecord record, RecordCommitter<SourceRecord> committer, Lsn lsn, Instant committed) {

    static boolean is(SourceRecord record) {
      return record.value() instanceof Struct state && "END".equals(state.getString("status"));
    }

    static End of(SourceRecord record, RecordCommitter<SourceRecord> committer) {
      Map<String, ?> offset = record.sourceOffset();
      if (!(offset.get("lsn_commit") instanceof Long lsn)) {
        throw new IllegalStateException(
            "the end of a transaction must tell its commit, but Debezium told " + offset);
      }
      return new End(record, committer, new Lsn(lsn), committedOf(record));
    }
  }

  /** When the transaction was committed whose beginning or end this is. */
  private static Instant committedOf(SourceRecord record) {
    if (!(record.sourceOffset().get("ts_usec") instanceof Long micros)) {
      throw new IllegalStateException(
          "a transaction must tell its commit, but Debezium told " + record.sourceOffset());
    }
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000), Math.floorMod(micros, 1_000_000) * 1000L);
  }

  @Override
  public synchronized void handleBatch(
      List<SourceRecord> records, RecordCommitter<SourceRecord> committer)
      throws InterruptedException {
    if (failure != null) {
      throw new IllegalStateException("an epoch could not be committed", failure);
    }
    try {
      closing.throwIfAsked();
      handle(records, committer);
      heardNanos = System.nanoTime();
    } catch (Throwable e) {
      failure = e;
      throw e;
    }
  }

  /** Commits what has collected long enough although nothing more comes. */
  synchronized void endIfDue() throws InterruptedException {
    try {
      if (failure == null) {
        commitIfDue(System.nanoTime() - heardNanos > EpochPace.QUIET.toNanos());
      }
    } catch (Throwable e) {
      failure = e;
      throw e;
    }
  }

  private void handle(List<SourceRecord> records, RecordCommitter<SourceRecord> committer)
      throws InterruptedException {
    if (!begun) {
      begun = true;
      begunNanos = System.nanoTime();
    }
    int boundary = lastEnd(records);
    for (int i = 0; i < records.size(); i++) {
      SourceRecord record = records.get(i);
      if (record.topic().equals(transactionTopic)) {
        if (End.is(record)) {
          ended(record, committer, i == boundary);
        } else {
          began(record);
        }
      } else if (record.topic().equals(messageTopic)) {
        hear(record);
      } else {
        throw new IllegalStateException(
            "Debezium must bring transactions and messages but brought a record for "
                + record.topic());
      }
    }
    committer.markBatchFinished();
  }

  private void ended(SourceRecord record, RecordCommitter<SourceRecord> committer, boolean boundary)
      throws InterruptedException {
    recaptures.passed(SourceMessage.transaction(record));
    if (first == null) {
      first = committedOf(record);
    }
    End end = End.of(record, committer);
    last = end;
    routes.ended(end.lsn());
    if (cuts.open()) {
      commit(end);
      cuts.committed(SourceMessage.transaction(record), end.committed(), writer.committed());
    } else {
      cuts.passed(SourceMessage.transaction(record));
      if (boundary) {
        waiting = end;
        commitIfDue(false);
      }
    }
  }

  /** PostgreSQL tells at a transaction's beginning when it was committed. */
  private void began(SourceRecord record) throws InterruptedException {
    Instant committed = committedOf(record);
    End end = last;
    if (end != null
        && committed
            .truncatedTo(ChronoUnit.MINUTES)
            .isAfter(end.committed().truncatedTo(ChronoUnit.MINUTES))) {
      commit(end);
    }
    routes.began(SourceMessage.transaction(record), committed);
  }

  /** Something of a later transaction has been sent. */
  private void goesOn() {
    last = null;
    waiting = null;
  }

  private void hear(SourceRecord record) {
    byte[] rows = SourceMessage.rows(record);
    if (rows != null) {
      goesOn();
      routes.send(rows);
    } else {
      hear(SourceMessage.of(record));
    }
  }

  private void hear(SourceMessage message) {
    if (message.prefix().equals(CutMessage.PREFIX)) {
      CutMessage cut = CutMessage.parse(message.content());
      if (cut != null) {
        cuts.hear(cut);
      }
    } else if (recaptures.hear(message)) {
      goesOn();
    }
  }

  private int lastEnd(List<SourceRecord> records) {
    for (int i = records.size() - 1; i >= 0; i--) {
      SourceRecord record = records.get(i);
      if (record.topic().equals(transactionTopic) && End.is(record)) {
        return i;
      }
    }
    return -1;
  }

  private void commitIfDue(boolean quiet) throws InterruptedException {
    End end = waiting;
    long now = System.nanoTime();
    if (end == null || now - lastEpochNanos < EpochPace.APART.toNanos()) {
      return;
    }
    if (quiet || now - begunNanos >= pace.collecting(end.committed()).toNanos()) {
      commit(end);
    }
  }

  private void commit(End end) throws InterruptedException {
    Epoch.Times times =
        new Epoch.Times(first == null ? end.committed() : first, sourceClock.instant());
    Epoch epoch =
        writer.commit(end.lsn(), end.committed(), cuts.answer(), recaptures.told(), times);
    recaptures.committed();
    goesOn();
    first = null;
    begun = false;
    // Only an END is ever marked: its offset is the commit, which Debezium then confirms to the
    // slot.
    end.committer().markProcessed(end.record());
    lastEpochNanos = System.nanoTime();
    listener.completed(EpochMark.of(epoch));
  }

  /** {@link System#nanoTime} of the last commit. */
  long lastEpochNanos() {
    return lastEpochNanos;
  }

  /** What ended the work, or null. */
  @Nullable Throwable failure() {
    return failure;
  }

  @Override
  public boolean supportsTombstoneEvents() {
    return false;
  }
}
