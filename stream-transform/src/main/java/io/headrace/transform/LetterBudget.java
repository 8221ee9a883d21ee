package io.headrace.transform;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headrace.stage.StageException;
import io.headrace.wire.DeadLetterRecord;
import io.headrace.wire.DeadLetterRecord.Place;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * How many dead letters of the transform wait: those in their topic, and those that this instance
 * has sent. The topic is read again before the transform stops for them, because somebody may have
 * discarded some. For several threads.
 */
final class LetterBudget {
  private static final Duration POLL = Duration.ofMillis(100);

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final TopicPartition topic;
  private final int limit;
  private final Set<String> waiting = new HashSet<>();
  private final Set<String> sent = new HashSet<>();
  private boolean read;

  /**
   * A budget that has not been looked at.
   *
   * @param consumers makes one that is read committed, without a group and without a reset of
   *     offsets
   * @param topic of the dead letters
   * @param limit how many may wait; with 0 none
   */
  LetterBudget(Supplier<Consumer<byte[], byte[]>> consumers, String topic, int limit) {
    this.consumers = consumers;
    this.topic = new TopicPartition(topic, 0);
    this.limit = limit;
  }

  /**
   * Takes one more.
   *
   * @param refusal what to say when none may be set aside
   * @throws StageException when there would be too many
   */
  synchronized void take(Place place, String refusal) {
    if (limit == 0) {
      throw new StageException(StageException.Kind.FAILED, refusal);
    }
    String id = new String(place.recordKey(), UTF_8);
    sent.add(id);
    if (!read || count() > limit) {
      read();
    }
    if (count() > limit) {
      sent.remove(id);
      throw new StageException(
          StageException.Kind.FAILED,
          "At most "
              + limit
              + " dead letters of the transform may wait (--dead-letter-limit), but there would be "
              + (count() + 1)
              + "; nothing of the present transaction is kept. The last: "
              + refusal);
    }
  }

  /** One waits no more. */
  synchronized void ended(Place place) {
    String id = new String(place.recordKey(), UTF_8);
    sent.remove(id);
    waiting.remove(id);
  }

  private int count() {
    Set<String> all = new HashSet<>(waiting);
    all.addAll(sent);
    return all.size();
  }

  private void read() {
    read = true;
    waiting.clear();
    try (Consumer<byte[], byte[]> consumer = consumers.get()) {
      consumer.assign(List.of(topic));
      consumer.seekToBeginning(List.of(topic));
      Map<TopicPartition, Long> ends = consumer.endOffsets(List.of(topic));
      long end = ends.getOrDefault(topic, 0L);
      while (consumer.position(topic) < end) {
        consumer.poll(POLL).forEach(this::count);
      }
    }
  }

  private void count(ConsumerRecord<byte[], byte[]> letter) {
    Place place;
    try {
      place = Place.parse(letter.key());
    } catch (IllegalArgumentException e) {
      return; // none of ours
    }
    String id = new String(place.recordKey(), UTF_8);
    if (letter.value() == null) {
      waiting.remove(id);
      sent.remove(id);
    } else if (place.stage().equals(DeadLetterRecord.TRANSFORM)) {
      waiting.add(id);
    }
  }
}
