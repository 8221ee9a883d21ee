package io.headrace.transform;

import io.headrace.star.SourceTable;
import io.headrace.star.Star;
import io.headrace.wire.Topics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The topology: the sources, one processor that does all the work of a partition ({@link
 * PartitionTask}), its stores, and a sink for each fact topic. One sub-topology, so one task a
 * partition; between a change and its fact lies no other topic than, for a joined table's row, the
 * parents topic.
 */
final class StarTopology {

  static final String TABLES = "tables";
  static final String EPOCHS = "epochs";
  static final String PARENTS = "parents";
  static final String STAR = "star";
  static final String TO_PARENTS = "to-parents";
  static final String TO_DEAD_LETTERS = "to-dead-letters";

  static final String BASE_ROWS = "base-rows";
  static final String PARENT_ROWS = "parent-rows";
  static final String REFERENCES = "references";
  static final String HELD_BACK = "held-back";
  static final String PROGRESS = "progress";

  /** All that there may be. */
  static final Set<String> STORES = Set.of(BASE_ROWS, PARENT_ROWS, REFERENCES, HELD_BACK, PROGRESS);

  private StarTopology() {}

  /** The node that writes a star table's fact topic. */
  static String toFacts(int star, Star of) {
    return "to-facts-" + of.tables().get(star).name();
  }

  /**
   * Builds it.
   *
   * @param partitions of every topic
   * @param processor makes the processor named {@value #STAR}
   */
  static Topology build(
      Star star,
      Topics topics,
      int partitions,
      ProcessorSupplier<byte[], byte[], Object, byte[]> processor) {
    Topology topology = new Topology();
    String[] tables =
        star.sources().stream().map(SourceTable::name).map(topics::table).toArray(String[]::new);
    boolean joins = JoinPlan.joins(star);
    Deserializer<byte[]> read = new ByteArrayDeserializer();
    // An offset out of range means that records are gone: an error, never a jump. Start offsets are
    // set explicitly.
    AutoOffsetReset none = AutoOffsetReset.none();
    topology.addSource(none, TABLES, read, read, tables);
    topology.addSource(none, EPOCHS, read, read, topics.epochs());
    if (joins) {
      topology.addSource(none, PARENTS, read, read, topics.parents(star.generation()));
      topology.addProcessor(STAR, processor, TABLES, EPOCHS, PARENTS);
    } else {
      topology.addProcessor(STAR, processor, TABLES, EPOCHS);
    }
    stores(joins).forEach(store -> topology.addStateStore(store, STAR));
    addSinks(topology, star, topics, partitions, joins);
    return topology;
  }

  private static void addSinks(
      Topology topology, Star star, Topics topics, int partitions, boolean joins) {
    Serializer<byte[]> write = new ByteArraySerializer();
    if (joins) {
      Optional<Set<Integer>> everywhere =
          Optional.of(
              IntStream.range(0, partitions).boxed().collect(Collectors.toUnmodifiableSet()));
      topology.<byte[], byte[]>addSink(
          TO_PARENTS,
          topics.parents(star.generation()),
          write,
          write,
          (topic, key, value, count) -> everywhere,
          STAR);
    }
    topology.<byte[], byte[]>addSink(
        TO_DEAD_LETTERS,
        topics.deadLetters(),
        write,
        write,
        (topic, key, value, count) -> Optional.of(Set.of(0)),
        STAR);
    Serializer<FactKey> writeKey = (topic, key) -> key.bytes();
    List<Optional<Set<Integer>>> single =
        IntStream.range(0, partitions).mapToObj(i -> Optional.of(Set.of(i))).toList();
    for (int i = 0; i < star.tables().size(); i++) {
      topology.<FactKey, byte[]>addSink(
          toFacts(i, star),
          topics.facts(star.generation(), star.tables().get(i).name()),
          writeKey,
          write,
          (topic, key, value, count) -> single.get(key.partition()),
          STAR);
    }
  }

  private static List<StoreBuilder<KeyValueStore<Bytes, byte[]>>> stores(boolean joins) {
    // Progress changes with every record and held records are mostly let go soon: their stores have
    // a cache in front.
    var heldBack = store(HELD_BACK).withCachingEnabled();
    var progress = store(PROGRESS).withCachingEnabled();
    return joins
        ? List.of(store(BASE_ROWS), store(PARENT_ROWS), store(REFERENCES), heldBack, progress)
        : List.of(store(BASE_ROWS), heldBack, progress);
  }

  private static StoreBuilder<KeyValueStore<Bytes, byte[]>> store(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
        .withLoggingEnabled(Map.of());
  }
}
