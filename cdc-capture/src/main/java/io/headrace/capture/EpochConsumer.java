package io.headrace.capture;

import io.debezium.engine.DebeziumEngine.ChangeConsumer;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.headrace.stage.StageListener;
import io.headrace.wire.CutMessage;
import io.headrace.wire.Epoch;
import io.headrace.wire.EpochMark;
import io.headrace.wire.Lsn;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Makes epochs of what Debezium brings. An epoch ends with the last source transaction that is
 * complete in a batch, once it has collected for as long as {@link EpochPace} lets it; what follows
 * that in the batch belongs to a transaction that goes on in the next one. While somebody looks for
 * a cut ({@link Cuts}), each transaction is an epoch.
 */
final class EpochConsumer implements ChangeConsumer<SourceRecord> {

  private final String transactionTopic;
  private final String messageTopic;
  private final EpochWriter writer;
  private final ChangeRoutes routes;
  private final EpochPace pace;
  private final StageListener listener;
  private final Closing closing;
  private final Cuts cuts = new Cuts();
  private final Recaptures recaptures;

  /** The end of the last transaction, while nothing of a later one has been sent. */
  private @Nullable End waiting;

  private long begunNanos;
  private boolean begun;
  private volatile long lastEpochNanos = System.nanoTime();
  private volatile @Nullable Throwable failure;

  EpochConsumer(
      String prefix,
      EpochWriter writer,
      ChangeRoutes routes,
      Recaptures recaptures,
      EpochPace pace,
      StageListener listener,
      Closing closing) {
    this.transactionTopic = prefix + ".transaction";
    this.messageTopic = prefix + ".message";
    this.writer = writer;
    this.routes = routes;
    this.recaptures = recaptures;
    this.pace = pace;
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
      if (!(offset.get("lsn_commit") instanceof Long lsn)
          || !(offset.get("ts_usec") instanceof Long micros)) {
        throw new IllegalStateException(
            "the end of a transaction must tell its commit, but Debezium told " + offset);
      }
      return new End(
          record,
          committer,
          new Lsn(lsn),
          Instant.ofEpochSecond(
              Math.floorDiv(micros, 1_000_000), Math.floorMod(micros, 1_000_000) * 1000L));
    }
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
    } catch (Throwable e) {
      failure = e;
      throw e;
    }
  }

  /** Commits what has collected long enough although nothing more comes. */
  synchronized void endIfDue() throws InterruptedException {
    try {
      if (failure == null) {
        commitIfDue();
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
        }
      } else if (record.topic().equals(messageTopic)) {
        hear(SourceMessage.of(record));
      } else {
        waiting = null;
        routes.send(record);
      }
    }
    committer.markBatchFinished();
  }

  private void ended(SourceRecord record, RecordCommitter<SourceRecord> committer, boolean boundary)
      throws InterruptedException {
    recaptures.passed(SourceMessage.transaction(record));
    if (cuts.open()) {
      End end = End.of(record, committer);
      commit(end);
      cuts.committed(SourceMessage.transaction(record), end.committed(), writer.committed());
    } else {
      cuts.passed(SourceMessage.transaction(record));
      if (boundary) {
        waiting = End.of(record, committer);
        commitIfDue();
      }
    }
  }

  private void hear(SourceMessage message) {
    if (message.prefix().equals(CutMessage.PREFIX)) {
      CutMessage cut = CutMessage.parse(message.content());
      if (cut != null) {
        cuts.hear(cut);
      }
    } else if (recaptures.hear(message)) {
      waiting = null;
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

  private void commitIfDue() throws InterruptedException {
    End end = waiting;
    long now = System.nanoTime();
    if (end == null
        || now - lastEpochNanos < EpochPace.APART.toNanos()
        || now - begunNanos < pace.collecting(end.committed()).toNanos()) {
      return;
    }
    commit(end);
  }

  private void commit(End end) throws InterruptedException {
    Epoch epoch = writer.commit(end.lsn(), end.committed(), cuts.answer(), recaptures.told());
    recaptures.committed();
    waiting = null;
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
