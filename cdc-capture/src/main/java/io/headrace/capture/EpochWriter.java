package io.headrace.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headrace.stage.StageException;
import io.headrace.wire.Epoch;
import io.headrace.wire.EpochJson;
import io.headrace.wire.Lsn;
import io.headrace.wire.Rereads;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes epochs: the records, then where they end, in one Kafka transaction. Used by one thread.
 *
 * <p>Whatever fails leaves the epoch uncommitted; the next {@link EpochWriter} of the same prefix
 * does away with it.
 */
final class EpochWriter implements RowWriter {

  private static final Logger LOG = LoggerFactory.getLogger(EpochWriter.class);

  private static final byte[] EPOCH_KEY = "epoch".getBytes(UTF_8);

  private final KafkaProducer<byte[], byte[]> producer;
  private final CaptureSettings settings;
  private final Epoch.Source source;
  private final int partitions;
  private final Clock clock;
  private final CaptureMeters meters;
  private final Failpoint failpoint;
  private final Map<String, long[]> ends = new HashMap<>();
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
  private long number;
  private boolean epochOpen;
  private boolean transactionOpen;
  private boolean anySent;

  /** Records since the last commit, and those of the epoch's ends among them. */
  private long sent;

  private long timestamp;
  private Header header = header(0);
  private final Header againHeader = new RecordHeader(Epoch.AGAIN, null);

  /**
   * Takes up the work after an epoch.
   *
   * @param producer a transactional producer that has done its {@code initTransactions}
   * @param tables the tables' topics
   * @param last the last committed epoch
   * @param written where each of these topics ends in Kafka
   */
  EpochWriter(
      KafkaProducer<byte[], byte[]> producer,
      CaptureSettings settings,
      Epoch.Source source,
      int partitions,
      List<String> tables,
      @Nullable Epoch last,
      Map<String, List<Long>> written,
      Clock clock,
      CaptureMeters meters,
      Failpoint failpoint) {
    this.producer = producer;
    this.settings = settings;
    this.source = source;
    this.partitions = partitions;
    this.clock = clock;
    this.meters = meters;
    this.failpoint = failpoint;
    this.number = last == null ? 0 : last.number();
    for (String table : tables) {
      List<Long> known = last == null ? List.of() : last.ends().getOrDefault(table, List.of());
      List<Long> there = Objects.requireNonNull(written.get(table));
      // A topic that is new to the epochs may hold something; one that was lost holds less.
      boolean valid = known.size() == partitions && !KafkaTopics.lost(known, there);
      List<Long> end = valid ? known : there;
      ends.put(table, end.stream().mapToLong(Long::longValue).toArray());
    }
  }

  int partitions() {
    return partitions;
  }

  /** The last committed epoch; 0 before the first. */
  long committed() {
    return epochOpen ? number - 1 : number;
  }

  /** Sends a record of the present epoch, into the partition of its key. */
  void send(String topic, byte[] key, byte @Nullable [] value) {
    send(topic, key, value, false);
  }

  @Override
  public void send(String topic, byte[] key, byte @Nullable [] value, boolean again) {
    send(topic, KeyPartition.of(key, partitions), key, value, again);
  }

  /** Sends a record of the present epoch to every partition. */
  void broadcast(String topic, byte[] key, byte[] value) {
    for (int partition = 0; partition < partitions; partition++) {
      send(topic, partition, key, value, false);
    }
  }

  private void send(
      String topic, int partition, byte[] key, byte @Nullable [] value, boolean again) {
    begin();
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic,
            partition,
            timestamp,
            key,
            value,
            again ? List.of(header, againHeader) : List.of(header));
    long[] topicEnds = ends.get(topic);
    guarded(
        () -> {
          var unused =
              producer.send(
                  record,
                  (metadata, error) -> {
                    if (error != null) {
                      failure.compareAndSet(null, explained(record, error));
                    } else if (topicEnds != null) {
                      advance(topicEnds, metadata);
                    }
                  });
        });
    sent++;
    if (!anySent) {
      anySent = true;
      failpoint.reached(Moment.IN_TRANSACTION);
    }
  }

  // Callbacks of one producer come one after another, in its sender thread; flush() publishes what
  // they wrote.
  private static void advance(long[] topicEnds, RecordMetadata metadata) {
    topicEnds[metadata.partition()] =
        Math.max(topicEnds[metadata.partition()], metadata.offset() + 1);
  }

  /**
   * Ends the epoch and commits it.
   *
   * @param lsn the end of the last source commit in it
   * @param committed when the source committed that
   * @param cut the answer to a request for a cut that it holds
   * @param rereads the answers to requests to read rows again
   * @param times when it was captured; null when that means nothing
   */
  Epoch commit(
      Lsn lsn,
      Instant committed,
      Epoch.@Nullable Cut cut,
      Rereads rereads,
      Epoch.@Nullable Times times) {
    begin();
    failpoint.reached(Moment.BEFORE_COMMIT);
    flush();
    Map<String, List<Long>> reached = new HashMap<>();
    ends.forEach((topic, offsets) -> reached.put(topic, Arrays.stream(offsets).boxed().toList()));
    Epoch epoch = new Epoch(number, lsn, committed, source, reached, cut, rereads, times);
    byte[] value = EpochJson.write(epoch);
    for (int partition = 0; partition < partitions; partition++) {
      send(settings.topics().epochs(), partition, EPOCH_KEY, value, false);
    }
    long records = sent - partitions;
    commitTransaction();
    meters.epoch(records);
    epochOpen = false;
    anySent = false;
    failpoint.reached(Moment.AFTER_COMMIT);
    return epoch;
  }

  /**
   * Commits what has been sent so far of an epoch that is too large for one Kafka transaction. Not
   * its end.
   */
  void commitPart() {
    if (transactionOpen) {
      long records = sent;
      commitTransaction();
      meters.part(records);
    }
  }

  private void commitTransaction() {
    // Nothing may be under way when the commit begins. The producer's sender looks whether anything
    // is, and only then whether a commit is asked for; what is sent between the two looks would be
    // left out of the transaction (Sender.maybeSendAndPollTransactionalRequest, Kafka 4.0 to 4.3,
    // transaction.version 2; before, adding the partitions came in between).
    flush();
    guarded(producer::commitTransaction);
    throwFailure();
    transactionOpen = false;
    sent = 0;
  }

  private void flush() {
    guarded(producer::flush);
    throwFailure();
  }

  private void begin() {
    if (!epochOpen) {
      epochOpen = true;
      number++;
      header = header(number);
      timestamp = clock.millis();
    }
    if (!transactionOpen) {
      guarded(producer::beginTransaction);
      transactionOpen = true;
    }
    throwFailure();
  }

  private void throwFailure() {
    RuntimeException failed = failure.get();
    if (failed != null) {
      throw failed;
    }
  }

  private void guarded(Runnable call) {
    try {
      call.run();
    } catch (ProducerFencedException | InvalidProducerEpochException e) {
      throw fenced(e);
    }
  }

  private RuntimeException explained(ProducerRecord<byte[], byte[]> record, Exception error) {
    if (error instanceof ProducerFencedException
        || error instanceof InvalidProducerEpochException) {
      return fenced(error);
    }
    String what =
        "A record of "
            + (record.value() == null ? 0 : record.value().length)
            + " bytes could not be written to topic "
            + record.topic()
            + ", partition "
            + record.partition()
            + ", key "
            + new String(record.key(), UTF_8);
    if (error instanceof RecordTooLargeException) {
      return new StageException(
          StageException.Kind.FAILED,
          what
              + ": row and old row together must be at most "
              + KafkaTopics.LARGEST_RECORD
              + " bytes as JSON. ("
              + error.getMessage()
              + ")",
          error);
    }
    return new KafkaWriteException(what, error);
  }

  private StageException fenced(Exception cause) {
    return new StageException(
        StageException.Kind.FAILED,
        "This capture may not write any more: another one with the prefix "
            + settings.topics().prefix()
            + " has taken over, or a Kafka transaction took longer than the broker's transaction.max.timeout.ms"
            + " allows. Nothing of it has been committed.",
        cause);
  }

  /**
   * Takes back what is not committed, so that readers need not wait for it. Never fails: the next
   * writer does it too.
   */
  void abortQuietly() {
    if (transactionOpen) {
      transactionOpen = false;
      try {
        producer.abortTransaction();
      } catch (KafkaException | IllegalStateException e) {
        LOG.debug("abort failed", e);
      }
    }
  }

  private static Header header(long number) {
    return new RecordHeader(Epoch.HEADER, ByteBuffer.allocate(Long.BYTES).putLong(number).array());
  }
}
