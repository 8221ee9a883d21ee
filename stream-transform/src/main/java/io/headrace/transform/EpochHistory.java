package io.headrace.transform;

import static java.util.Objects.requireNonNull;

import io.headrace.stage.StageException;
import io.headrace.star.TableName;
import io.headrace.wire.Epoch;
import io.headrace.wire.EpochJson;
import io.headrace.wire.Topics;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * The epochs that the topics can still tell of. The state at an epoch's end is there as long as the
 * next epoch is younger than what compaction leaves alone: of older records only what an even older
 * one said is gone.
 */
public final class EpochHistory {
  private static final Duration POLL = Duration.ofMillis(100);

  /** How long the first epoch beyond a moment is waited for; an idle source has one a second. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Consumer<byte[], byte[]> consumer;
  private final Topics topics;
  private final Clock clock;

  /** For tests: the consumer must be read committed and have no group. */
  EpochHistory(Consumer<byte[], byte[]> consumer, Topics topics, Clock clock) {
    this.consumer = consumer;
    this.topics = topics;
    this.clock = clock;
  }

  /** An epoch's record. */
  record Found(long offset, Instant written, Epoch epoch) {}

  /**
   * The last epoch that was committed in the source at or before a moment.
   *
   * @param tables of which its state must be known
   * @throws StageException when the topics do not have that state, or not yet
   */
  public static Epoch at(
      Instant moment, String bootstrapServers, Topics topics, Collection<TableName> tables) {
    try (Consumer<byte[], byte[]> consumer = GapProbe.consumer(bootstrapServers)) {
      return new EpochHistory(consumer, topics, Clock.systemUTC()).at(moment, tables);
    } catch (KafkaException e) {
      throw new StageException(
          StageException.Kind.FAILED,
          "The epochs cannot be read from Kafka at " + bootstrapServers + ": " + e.getMessage(),
          e);
    }
  }

  Epoch at(Instant moment, Collection<TableName> tables) {
    if (moment.isAfter(clock.instant())) {
      throw refused(moment + " lies in the future");
    }
    TopicPartition epochs = new TopicPartition(topics.epochs(), 0);
    Found earliest = earliest(epochs);
    if (earliest == null || moment.isBefore(earliest.epoch.committed())) {
      throw refused(
          earliest == null
              ? "The topics hold no state of the source yet"
              : "The topics do not reach back to "
                  + moment
                  + "; the earliest moment whose state they have is "
                  + earliest.epoch.committed());
    }
    awaitBeyond(moment, epochs);
    Found found = last(consumer, epochs, e -> !committedAfter(e, moment));
    if (found == null || found.offset < earliest.offset) {
      throw refused("The source's clock was set back, so " + moment + " names no commit for sure");
    }
    check(found.epoch, tables);
    return found.epoch;
  }

  private static boolean committedAfter(Found found, Instant moment) {
    return found.epoch.committed().isAfter(moment);
  }

  private @Nullable Found earliest(TopicPartition epochs) {
    Instant whole = clock.instant().minus(StartOffsets.WHOLE);
    Found old = last(consumer, epochs, found -> found.written.isBefore(whole));
    Found young = next(epochs, old == null ? 0 : old.offset + 1);
    return old != null && (young == null || young.epoch.number() == old.epoch.number() + 1)
        ? old
        : young;
  }

  /** Until then something may still come that was committed before the moment. */
  private void awaitBeyond(Instant moment, TopicPartition epochs) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Found newest = last(consumer, epochs, found -> true);
    while (newest == null || !committedAfter(newest, moment)) {
      if (System.nanoTime() > deadline) {
        throw refused(
            "The capture has not come to "
                + moment
                + " yet"
                + (newest == null ? "" : ", only to " + newest.epoch.committed())
                + ": is it running?");
      }
      Found later = next(epochs, newest == null ? 0 : newest.offset + 1);
      if (later == null) {
        pause();
      } else {
        newest = later;
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StageException(StageException.Kind.FAILED, "interrupted", e);
    }
  }

  private void check(Epoch epoch, Collection<TableName> tables) {
    for (TableName table : tables) {
      List<Long> ends = epoch.ends().get(topics.table(table));
      if (ends == null || epoch.rereads().loading().contains(table)) {
        throw refused(
            "The table "
                + table
                + " was not captured yet, or was just being loaded, at "
                + epoch.committed());
      }
      for (int i = 0; i < ends.size(); i++) {
        TopicPartition partition = new TopicPartition(topics.table(table), i);
        if (ends.get(i) > 0 && isMadeAnew(partition, ends.get(i), epoch.number())) {
          throw refused(
              "The topic "
                  + partition.topic()
                  + " was deleted and made anew after "
                  + epoch.committed()
                  + ", so its state then is lost");
        }
      }
    }
  }

  private boolean isMadeAnew(TopicPartition partition, long end, long epoch) {
    consumer.assign(Set.of(partition));
    if (requireNonNull(consumer.endOffsets(Set.of(partition)).get(partition)) < end) {
      return true;
    }
    ConsumerRecord<byte[], byte[]> first = read(consumer, partition, 0, end);
    Header header = first == null ? null : first.headers().lastHeader(Epoch.HEADER);
    return header != null && ByteBuffer.wrap(header.value()).getLong() > epoch;
  }

  private @Nullable Found next(TopicPartition partition, long from) {
    consumer.assign(Set.of(partition));
    long end = requireNonNull(consumer.endOffsets(Set.of(partition)).get(partition));
    return found(read(consumer, partition, from, end));
  }

  /**
   * The last epoch of which something holds that holds of all earlier ones and of no later one;
   * null when it holds of none.
   */
  static @Nullable Found last(
      Consumer<byte[], byte[]> consumer, TopicPartition partition, Predicate<Found> holds) {
    consumer.assign(Set.of(partition));
    long low = requireNonNull(consumer.beginningOffsets(Set.of(partition)).get(partition));
    long high = requireNonNull(consumer.endOffsets(Set.of(partition)).get(partition));
    Found last = null;
    while (low < high) {
      long middle = low + (high - low) / 2;
      Found found = found(read(consumer, partition, middle, high));
      if (found != null && holds.test(found)) {
        last = found;
        low = found.offset + 1;
      } else {
        high = middle;
      }
    }
    return last;
  }

  private static @Nullable Found found(@Nullable ConsumerRecord<byte[], byte[]> record) {
    return record == null
        ? null
        : new Found(
            record.offset(),
            Instant.ofEpochMilli(record.timestamp()),
            EpochJson.read(record.value()));
  }

  /** The first record at or after an offset and before another one. */
  private static @Nullable ConsumerRecord<byte[], byte[]> read(
      Consumer<byte[], byte[]> consumer, TopicPartition partition, long from, long before) {
    long begin = requireNonNull(consumer.beginningOffsets(Set.of(partition)).get(partition));
    consumer.seek(partition, Math.max(from, begin));
    while (consumer.position(partition) < before) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (record.offset() >= before) {
          return null;
        }
        if (EpochJson.find(record.value()).isPresent()) {
          return record;
        }
      }
    }
    return null;
  }

  private static StageException refused(String sentence) {
    return new StageException(StageException.Kind.SETTINGS, sentence);
  }
}
