package io.headrace.sink;

import io.headrace.sink.Merger.Beginning;
import io.headrace.sink.Merger.Goal;
import io.headrace.stage.StageListener;
import io.headrace.star.Star;
import io.headrace.wire.EpochMark;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads facts and merges whole epochs of them, several at once when they come faster than they are
 * merged.
 */
final class MergeLoop {
  /** Facts held in memory, in bytes; what goes beyond is sent to the stage, or waits in Kafka. */
  private static final long MEMORY = 8 << 20;

  /** How long a poll waits, and so how soon a wish to end is heard. */
  private static final Duration POLL = Duration.ofMillis(200);

  /** How long a poll waits while merges are held: a hold ends soon, and its holder waits too. */
  private static final Duration HELD_POLL = Duration.ofMillis(5);

  /** How long complete epochs may wait for more that is already on its way. */
  private static final long GATHER_NANOS = Duration.ofMillis(40).toNanos();

  private static final long PROGRESS_NANOS = Duration.ofMillis(500).toNanos();

  /** Between two looks at the waiting letters. */
  private static final long LETTERS_NANOS = Duration.ofSeconds(1).toNanos();

  private static final long SILENCE_NANOS = Duration.ofSeconds(30).toNanos();

  private final Consumer<byte[], byte[]> consumer;
  private final EpochAssembly assembly;
  private final Merger merger;
  private final Star star;
  private final FactTopics topics;
  private final StageListener listener;
  private final SinkMeters meters;
  private final long backlog;
  private final Runnable atSilence;
  private long rows;
  private long toldAt = System.nanoTime();
  private long heardAt = System.nanoTime();
  private boolean toldSilence;
  private long lookedAtSilence = System.nanoTime();
  private long lookedAt = System.nanoTime();
  private final List<Garbage> garbage = new ArrayList<>();
  private boolean toldPause;

  /**
   * Work to be run.
   *
   * @param backlog how many records are to be read before the first merge, roughly
   * @param atSilence what to look after each time that nothing has come for long
   */
  MergeLoop(
      Consumer<byte[], byte[]> consumer,
      EpochAssembly assembly,
      Merger merger,
      Star star,
      FactTopics topics,
      long backlog,
      StageListener listener,
      SinkMeters meters,
      Runnable atSilence) {
    this.atSilence = atSilence;
    this.meters = meters;
    this.backlog = backlog;
    this.consumer = consumer;
    this.assembly = assembly;
    this.merger = merger;
    this.star = star;
    this.topics = topics;
    this.listener = listener;
  }

  /** Works until the end is wished for. */
  void run(Closing closing) throws SQLException {
    while (!closing.wished()) {
      gather();
      long epoch = mergeable();
      if (epoch >= 0) {
        merge(epoch);
      } else {
        tellProgress();
      }
      retry();
      holdBack();
    }
  }

  private long mergeable() throws SQLException {
    if (assembly.limited() || assembly.mergeable() >= 0) {
      MergeHold.Bounds bounds = merger.bounds();
      assembly.limit(bounds);
      tellPause();
      if (assembly.mergeable() < 0 && !stopped(bounds)) {
        merger.rest();
      }
    }
    return assembly.mergeable();
  }

  /** Tells, where somebody does not know it, that the star stands before a moment. */
  private boolean stopped(MergeHold.Bounds bounds) throws SQLException {
    Instant before = bounds.paused() || !bounds.untold() ? null : bounds.before();
    if (before == null || !assembly.standsBefore(before)) {
      return false;
    }
    merger.stoppedBefore(before);
    return true;
  }

  private void gather() throws SQLException {
    long began = System.nanoTime();
    boolean held = assembly.limited() && assembly.held();
    ConsumerRecords<byte[], byte[]> records = consumer.poll(held ? HELD_POLL : POLL);
    while (!records.isEmpty()) {
      add(records);
      if (assembly.bytes() > MEMORY || System.nanoTime() - began > GATHER_NANOS) {
        break;
      }
      records = consumer.poll(Duration.ZERO);
    }
    if (assembly.first()) {
      for (TopicPartition partition : consumer.assignment()) {
        assembly.reached(partition, consumer.position(partition));
      }
    }
    tellSilence();
  }

  private void add(ConsumerRecords<byte[], byte[]> records) throws SQLException {
    heardAt = System.nanoTime();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      assembly.add(record);
      rows++;
      admit(assembly.takeGarbage());
      if (assembly.bytes() > MEMORY) {
        stage();
      }
    }
  }

  private void admit(List<Garbage> foreign) throws SQLException {
    if (!foreign.isEmpty()) {
      List<Garbage> unknown = merger.admit(foreign, garbage.size());
      unknown.forEach(each -> listener.says("Set aside: " + EpochAssembly.unusable(each)));
      garbage.addAll(unknown);
    }
  }

  private void tellSetAside(List<String> rows) {
    if (!rows.isEmpty()) {
      listener.says(
          "Set aside: "
              + rows.get(0)
              + (rows.size() == 1 ? "" : " And " + (rows.size() - 1) + " more.")
              + " See headrace dead-letters list.");
    }
  }

  /** Now and then, while letters wait, and at once after some were applied. */
  private void retry() throws SQLException {
    if (merger.hasLetters() && !assembly.first() && System.nanoTime() - lookedAt > LETTERS_NANOS) {
      boolean applied = merger.retry();
      lookedAt = applied ? 0 : System.nanoTime();
    }
  }

  private void stage() throws SQLException {
    assembly.limit(merger.bounds());
    List<List<Lines>> certain = assembly.takeAhead();
    if (certain.stream().anyMatch(lines -> !lines.isEmpty())) {
      merger.stage(certain);
    }
  }

  private void merge(long epoch) throws SQLException {
    long began = System.nanoTime();
    boolean first = assembly.first();
    EpochMark mark = assembly.mark(epoch);
    List<List<Lines>> facts = assembly.take(epoch);
    EpochAssembly.Passed passed = assembly.passed(epoch);
    Goal goal = new Goal(mark, passed.offsets(), passed.changed(), List.copyOf(garbage));
    if (first) {
      merger.replace(facts, goal, new Beginning(star, topics.ids()));
      merger.loaded(star, rows);
    } else {
      merger.merge(facts, goal);
      meters.latencies().merged(passed.marks(), passed.rows(), Instant.now());
    }
    meters.merged(began);
    rows = 0;
    garbage.clear();
    tellSetAside(merger.takeSetAside());
    listener.completed(mark);
  }

  /**
   * Lets partitions wait that have run ahead of the others, so that memory is left for those. One
   * that waits may by then be the one that all others wait for.
   */
  private void holdBack() {
    List<TopicPartition> ahead = assembly.bytes() > MEMORY ? assembly.ahead() : List.of();
    Set<TopicPartition> resumed = new HashSet<>(consumer.paused());
    ahead.forEach(resumed::remove);
    consumer.resume(resumed);
    consumer.pause(ahead);
  }

  private void tellProgress() {
    if (System.nanoTime() - toldAt > PROGRESS_NANOS && rows > 0) {
      toldAt = System.nanoTime();
      listener.progress("staging facts in the warehouse", rows, assembly.first() ? backlog : -1);
    }
  }

  private void tellPause() {
    if (assembly.paused() != toldPause) {
      toldPause = assembly.paused();
      listener.says(
          toldPause
              ? "The sink is paused: what comes waits in Kafka until somebody resumes it."
              : "The sink goes on.");
    }
  }

  private void tellSilence() {
    boolean silent = System.nanoTime() - heardAt > SILENCE_NANOS;
    if (silent && System.nanoTime() - lookedAtSilence > SILENCE_NANOS) {
      lookedAtSilence = System.nanoTime();
      atSilence.run();
    }
    if (silent && !toldSilence) {
      listener.says(
          "Nothing has come from Kafka for 30 seconds, not even an empty epoch: is the capture running, and the transform?");
    }
    toldSilence = silent;
  }
}
