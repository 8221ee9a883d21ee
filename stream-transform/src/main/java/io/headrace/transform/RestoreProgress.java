package io.headrace.transform;

import io.headrace.stage.StageListener;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;

/**
 * Tells how far the stores are that are read from their changelogs, where that takes long: nothing
 * moves meanwhile. For several threads.
 */
final class RestoreProgress implements StateRestoreListener {

  /** What is done within so long is not worth a word. */
  private static final Duration SHORT = Duration.ofSeconds(3);

  private final StageListener listener;
  private final LongSupplier nanos;
  private int stores;
  private long began;
  private long done;
  private long total;

  /**
   * Of stores that are still to come.
   *
   * @param nanos a clock, in nanoseconds
   */
  RestoreProgress(StageListener listener, LongSupplier nanos) {
    this.listener = listener;
    this.nanos = nanos;
  }

  @Override
  public synchronized void onRestoreStart(
      TopicPartition changelog, String store, long from, long to) {
    if (stores == 0) {
      began = nanos.getAsLong();
      done = 0;
      total = 0;
    }
    stores++;
    total += to - from;
  }

  @Override
  public synchronized void onBatchRestored(
      TopicPartition changelog, String store, long last, long records) {
    done += records;
    if (nanos.getAsLong() - began > SHORT.toNanos()) {
      listener.progress("reading the state of the join from Kafka", done, total);
    }
  }

  @Override
  public synchronized void onRestoreEnd(TopicPartition changelog, String store, long records) {
    stores--;
  }

  @Override
  public void onRestoreSuspended(TopicPartition changelog, String store, long records) {
    onRestoreEnd(changelog, store, records);
  }
}
