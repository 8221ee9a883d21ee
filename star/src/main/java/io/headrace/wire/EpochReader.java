package io.headrace.wire;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the epochs as the capture commits them, where nothing else is asked from the partition 0:
 * each has them all. For one thread. What it cannot read is a {@link
 * org.apache.kafka.common.KafkaException}; foreign records are passed over.
 */
public final class EpochReader implements AutoCloseable {

  /** Offsets looked at first, from the end: marks of transactions and a few epochs. */
  private static final long NEAR_THE_END = 64;

  private static final Duration POLL = Duration.ofMillis(200);

  /** An epoch that comes is handed over at once; closing waits for a fetch as long as this. */
  private static final int FETCH_WAIT_MILLIS = 20;

  private final TopicPartition partition;
  private final Duration answer;
  private final Consumer<byte[], byte[]> consumer;

  /**
   * One that has read nothing yet.
   *
   * @param answer how long the brokers may take to answer a question
   */
  public EpochReader(String bootstrapServers, Topics topics, Duration answer) {
    partition = new TopicPartition(topics.epochs(), 0);
    this.answer = answer;
    consumer =
        CommittedRecords.consumer(
            bootstrapServers,
            Map.of(
                "default.api.timeout.ms",
                (int) answer.toMillis(),
                "fetch.max.wait.ms",
                FETCH_WAIT_MILLIS));
    consumer.assign(List.of(partition));
  }

  /** One whose {@link #next} is the first epoch that comes after now. */
  public static EpochReader fromNow(String bootstrapServers, Topics topics, Duration answer) {
    EpochReader reader = new EpochReader(bootstrapServers, topics, answer);
    try {
      reader.consumer.seekToEnd(List.of(reader.partition));
      var unused = reader.consumer.position(reader.partition); // now, not at the first poll
      return reader;
    } catch (RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  /** The last committed epoch; null before the first. */
  public @Nullable Epoch last() {
    return last(partition);
  }

  /** The last committed epoch in one of the topic's partitions; null before the first. */
  public @Nullable Epoch last(int number) {
    return last(assign(number));
  }

  /** The first epoch at or behind an offset that is committed by now; null when there is none. */
  public @Nullable Epoch first(int number, long offset) {
    TopicPartition of = assign(number);
    long end = end(of);
    consumer.seek(of, offset);
    long begun = System.nanoTime();
    while (consumer.position(of) < end) {
      refuseSlowness(begun, of, offset);
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        Optional<Epoch> epoch = EpochJson.find(record.value());
        if (epoch.isPresent()) {
          return epoch.get();
        }
      }
    }
    return null;
  }

  private TopicPartition assign(int number) {
    TopicPartition of = new TopicPartition(partition.topic(), number);
    consumer.assign(List.of(of));
    return of;
  }

  private long end(TopicPartition of) {
    return consumer.endOffsets(List.of(of)).getOrDefault(of, 0L);
  }

  private @Nullable Epoch last(TopicPartition of) {
    long beginning = consumer.beginningOffsets(List.of(of)).getOrDefault(of, 0L);
    long end = end(of);
    long window = NEAR_THE_END;
    long start = end;
    while (start > beginning) {
      start = Math.max(beginning, end - window);
      Epoch last = last(of, start, end);
      if (last != null) {
        return last;
      }
      window *= 16;
    }
    return null;
  }

  private @Nullable Epoch last(TopicPartition of, long start, long end) {
    consumer.seek(of, start);
    Epoch last = null;
    long begun = System.nanoTime();
    while (consumer.position(of) < end) {
      refuseSlowness(begun, of, start);
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        Optional<Epoch> epoch = EpochJson.find(record.value());
        if (epoch.isPresent()) {
          last = epoch.get();
        }
      }
    }
    return last;
  }

  private void refuseSlowness(long begun, TopicPartition of, long from) {
    if (System.nanoTime() - begun > answer.toNanos()) {
      throw new TimeoutException(
          of + " was not read within " + answer.toMillis() + " ms, from offset " + from);
    }
  }

  /** Those that have come since; waits for one as long as {@code wait}. */
  public List<Epoch> next(Duration wait) {
    List<Epoch> epochs = new ArrayList<>();
    consumer.poll(wait).forEach(record -> EpochJson.find(record.value()).ifPresent(epochs::add));
    return epochs;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
