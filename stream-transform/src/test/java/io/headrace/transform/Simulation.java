package io.headrace.transform;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.star.Star;
import io.headrace.wire.Epoch;
import io.headrace.wire.Lsn;
import io.headrace.wire.Topics;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * Several tasks over topics in memory. What is next is drawn at random: any task reads from any of
 * its topics, so tables run ahead of each other, of the epochs and of the parents; tasks die and
 * begin again from their stores, in the same or in the other of two processes. At each mark the
 * partition's facts must be the naive join's at that epoch.
 */
final class Simulation {

  static final Topics TOPICS = new Topics("sim");

  private final Star star;
  private final int partitions;
  private final Random random;
  private final boolean holdBack;
  private final SourceModel source;
  private final boolean rereads;
  private final List<List<List<Written>>> tables = new ArrayList<>();
  private final List<Epoch> epochs = new ArrayList<>();
  private final List<List<byte[]>> parents = new ArrayList<>();
  private final Map<Long, List<List<Map<String, String>>>> oracle = new HashMap<>();
  private final List<Reader> readers = new ArrayList<>();
  private final List<Neighbours> processes;
  private int factsSent;

  private record Written(long epoch, Change change) {}

  Simulation(Star star, int partitions, long seed, boolean holdBack) {
    this.star = star;
    this.partitions = partitions;
    this.holdBack = holdBack;
    random = new Random(seed);
    int most = 1 + random.nextInt(20);
    processes = List.of(new Neighbours(partitions, most), new Neighbours(partitions, most));
    rereads = random.nextBoolean();
    source = new SourceModel(star, partitions, random, rereads);
    star.sources().forEach(table -> tables.add(perPartition()));
    parents.addAll(this.<byte[]>perPartition());
    for (int p = 0; p < partitions; p++) {
      readers.add(new Reader(p));
    }
  }

  private <T> List<List<T>> perPartition() {
    List<List<T>> lists = new ArrayList<>();
    for (int p = 0; p < partitions; p++) {
      lists.add(new ArrayList<>());
    }
    return lists;
  }

  int factsSent() {
    return factsSent;
  }

  /** Writes epochs and lets the tasks read, at random; then lets them read all. */
  void run(int epochCount) {
    for (int i = 0; i < epochCount; i++) {
      write(i + 1);
      int steps = random.nextInt(120);
      for (int j = 0; j < steps; j++) {
        readers.get(random.nextInt(partitions)).step();
      }
    }
    boolean more = true;
    while (more) {
      more = false;
      for (Reader reader : readers) {
        more |= reader.stepOfAny();
      }
    }
    for (Reader reader : readers) {
      assertThat(reader.completed)
          .as("all epochs are completed in partition %s", reader.partition)
          .isEqualTo(epochCount);
    }
  }

  private void write(long epoch) {
    int transactions = random.nextInt(4);
    for (int i = 0; i < transactions; i++) {
      for (SourceModel.Written change : source.transaction()) {
        tables.get(change.table()).get(change.partition()).add(new Written(epoch, change.change()));
      }
    }
    Map<String, List<Long>> ends = new HashMap<>();
    for (int t = 0; t < tables.size(); t++) {
      ends.put(
          TOPICS.table(star.sources().get(t).name()),
          tables.get(t).stream().map(written -> (long) written.size()).toList());
    }
    epochs.add(new Epoch(epoch, new Lsn(epoch), Instant.EPOCH, new Epoch.Source("1", "db"), ends));
    List<List<Map<String, String>>> facts = new ArrayList<>();
    for (int p = 0; p < partitions; p++) {
      facts.add(source.facts(p));
    }
    oracle.put(epoch, facts);
  }

  static KeyValueStore<Bytes, byte[]> store(String name) {
    return Stores.inMemoryKeyValueStore(name).get();
  }

  /** One task, its topics' positions, and what its fact topics hold. */
  private final class Reader implements Outbox {
    private final int partition;
    private final TaskStores stores =
        new TaskStores(store("b"), store("p"), store("r"), store("h"), store("g"));
    private final List<Map<String, String>> facts = new ArrayList<>();
    private final int[] at;
    private Neighbours neighbours;
    private PartitionTask task;
    private long completed;

    Reader(int partition) {
      this.partition = partition;
      star.tables().forEach(table -> facts.add(new TreeMap<>()));
      at = new int[tables.size() + 2];
      neighbours = process();
      task = open();
    }

    /** Mostly the same one for all. */
    private Neighbours process() {
      return processes.get(random.nextInt(4) / 3);
    }

    private PartitionTask open() {
      return new PartitionTask(
          new JoinPlan(star),
          TOPICS,
          new TaskPlace(partition, partitions, 1),
          holdBack,
          stores,
          this,
          neighbours);
    }

    void step() {
      if (random.nextInt(60) == 0) {
        task.close();
        neighbours = process();
        task = open();
      }
      read(random.nextInt(at.length));
    }

    boolean stepOfAny() {
      task.advance(); // as by the clock
      boolean any = false;
      for (int i = 0; i < at.length; i++) {
        any |= read(i);
      }
      return any;
    }

    private boolean read(int topic) {
      int next = at[topic];
      if (topic < tables.size()) {
        List<Written> records = tables.get(topic).get(partition);
        if (next < records.size()) {
          at[topic]++;
          Written written = records.get(next);
          task.change(topic, next, written.epoch(), 0, written.change());
          return true;
        }
      } else if (topic == tables.size()) {
        if (next < epochs.size()) {
          at[topic]++;
          task.epoch(epochs.get(next), 0);
          return true;
        }
      } else if (next < parents.get(partition).size()) {
        at[topic]++;
        byte[] bytes = parents.get(partition).get(next);
        task.parent(ParentMessage.read(ByteBuffer.wrap(bytes)), bytes, next, 0);
        return true;
      }
      return false;
    }

    @Override
    public void fact(int table, byte[] key, byte @Nullable [] fact, long timestamp) {
      factsSent++;
      Map<String, String> topic = facts.get(table);
      String before =
          fact == null
              ? topic.remove(SourceModel.text(key))
              : topic.put(SourceModel.text(key), SourceModel.text(fact));
      if (!rereads) {
        assertThat(before)
            .as("a fact is sent only when it changes")
            .isNotEqualTo(fact == null ? null : SourceModel.text(fact));
      }
    }

    @Override
    public void complete(Epoch mark, long timestamp) {
      assertThat(mark.number()).isEqualTo(++completed);
      assertThat(facts)
          .as("partition %s at the end of epoch %s", partition, completed)
          .isEqualTo(java.util.Objects.requireNonNull(oracle.get(completed)).get(partition));
    }

    @Override
    public void broadcast(ParentMessage message, long timestamp) {
      parents.forEach(topic -> topic.add(message.write()));
    }

    @Override
    public void commitSoon() {}
  }
}
