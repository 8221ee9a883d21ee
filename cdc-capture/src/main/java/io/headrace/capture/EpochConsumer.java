package io.headrace.capture;

import io.debezium.engine.DebeziumEngine.ChangeConsumer;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.headrace.stage.StageListener;
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
 * complete in a batch; what follows it in the batch belongs to a transaction that goes on in the
 * next one. Debezium's poll interval is the pace: a batch is what has come within it, or as much as
 * a batch may hold.
 */
final class EpochConsumer implements ChangeConsumer<SourceRecord> {

  private final String transactionTopic;
  private final String messageTopic;
  private final EpochWriter writer;
  private final ChangeRoutes routes;
  private final StageListener listener;
  private final Closing closing;
  private volatile long lastEpochNanos = System.nanoTime();
  private volatile @Nullable Throwable failure;

  EpochConsumer(
      String prefix,
      EpochWriter writer,
      ChangeRoutes routes,
      StageListener listener,
      Closing closing) {
    this.transactionTopic = prefix + ".transaction";
    this.messageTopic = prefix + ".message";
    this.writer = writer;
    this.routes = routes;
    this.listener = listener;
    this.closing = closing;
  }

  @Override
  public void handleBatch(List<SourceRecord> records, RecordCommitter<SourceRecord> committer)
      throws InterruptedException {
    try {
      handle(records, committer);
    } catch (Throwable e) {
      failure = e;
      throw e;
    }
  }

  private void handle(List<SourceRecord> records, RecordCommitter<SourceRecord> committer)
      throws InterruptedException {
    closing.throwIfAsked();
    int boundary = lastEnd(records);
    for (int i = 0; i < records.size(); i++) {
      SourceRecord record = records.get(i);
      if (i == boundary) {
        Epoch epoch = commit(record);
        // Only an END is ever marked: its offset is the commit, which Debezium then confirms to the
        // slot.
        committer.markProcessed(record);
        lastEpochNanos = System.nanoTime();
        listener.completed(EpochMark.of(epoch));
      } else if (!record.topic().equals(transactionTopic) && !record.topic().equals(messageTopic)) {
        routes.send(record);
      }
    }
    committer.markBatchFinished();
  }

  private int lastEnd(List<SourceRecord> records) {
    for (int i = records.size() - 1; i >= 0; i--) {
      SourceRecord record = records.get(i);
      if (record.topic().equals(transactionTopic)
          && record.value() instanceof Struct state
          && "END".equals(state.getString("status"))) {
        return i;
      }
    }
    return -1;
  }

  private Epoch commit(SourceRecord end) {
    Map<String, ?> offset = end.sourceOffset();
    if (!(offset.get("lsn_commit") instanceof Long lsn)
        || !(offset.get("ts_usec") instanceof Long micros)) {
      throw new IllegalStateException(
          "the end of a transaction must tell its commit, but Debezium told " + offset);
    }
    return writer.commit(
        new Lsn(lsn),
        Instant.ofEpochSecond(
            Math.floorDiv(micros, 1_000_000), Math.floorMod(micros, 1_000_000) * 1000L));
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
