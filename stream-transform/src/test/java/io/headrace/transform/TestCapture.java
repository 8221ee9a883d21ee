package io.headrace.transform;

import io.headrace.star.SourceTable;
import io.headrace.star.Star;
import io.headrace.wire.Epoch;
import io.headrace.wire.EpochJson;
import io.headrace.wire.Lsn;
import io.headrace.wire.Topics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Stands for the capture: writes a random source's epochs into real topics, each in one
 * transaction.
 */
final class TestCapture implements AutoCloseable {

  private final Star star;
  private final Topics topics;
  private final int partitions;
  private final Random random;
  private final SourceModel source;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Map<String, List<Long>> ends = new HashMap<>();

  /** By epoch, partition, star table: what the facts must be. */
  final Map<Long, List<List<Map<String, String>>>> oracle = new ConcurrentHashMap<>();

  private volatile long epoch;

  /** How old what it writes seems to be. */
  Duration age = Duration.ZERO;

  TestCapture(String kafka, Star star, Topics topics, int partitions, long seed) {
    this.star = star;
    this.topics = topics;
    this.partitions = partitions;
    random = new Random(seed);
    source = new SourceModel(star, partitions, random, false);
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka, "transactional.id", topics.prefix()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    createTopics(kafka);
    producer.initTransactions();
  }

  private void createTopics(String kafka) {
    List<String> tables =
        star.sources().stream().map(SourceTable::name).map(topics::table).toList();
    tables.forEach(
        topic -> ends.put(topic, new ArrayList<>(java.util.Collections.nCopies(partitions, 0L))));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
      admin
          .createTopics(
              Stream.concat(Stream.of(topics.epochs()), tables.stream())
                  .map(name -> new NewTopic(name, Optional.of(partitions), Optional.empty()))
                  .toList())
          .all()
          .get();
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  long epoch() {
    return epoch;
  }

  /** Writes an epoch of this many source transactions. */
  void write(int transactions) {
    long number = epoch + 1;
    long timestamp = System.currentTimeMillis() - age.toMillis();
    producer.beginTransaction();
    Map<String, List<Future<RecordMetadata>>> sent = new HashMap<>();
    for (int i = 0; i < transactions; i++) {
      SourceModel.@Nullable Written before = null;
      for (SourceModel.Written change : source.transaction()) {
        send(change, before, number, timestamp, sent);
        before = change;
      }
    }
    sent.forEach((topic, answers) -> answers.forEach(answer -> end(topic, answer)));
    complete(number, timestamp);
  }

  /**
   * Leaves offsets without records behind in every partition of every table, and counts them into
   * the next epoch.
   */
  void leaveGaps() {
    producer.beginTransaction();
    Map<String, List<Future<RecordMetadata>>> sent = new HashMap<>();
    ends.keySet()
        .forEach(
            topic -> {
              for (int p = 0; p < partitions; p++) {
                sent.computeIfAbsent(topic, t -> new ArrayList<>())
                    .add(
                        producer.send(
                            new ProducerRecord<>(topic, p, new byte[] {1}, new byte[] {1})));
              }
            });
    sent.forEach((topic, answers) -> answers.forEach(answer -> end(topic, answer)));
    producer.abortTransaction();
  }

  private void send(
      SourceModel.Written change,
      SourceModel.@Nullable Written before,
      long number,
      long timestamp,
      Map<String, List<Future<RecordMetadata>>> sent) {
    SourceTable table = star.sources().get(change.table());
    boolean tombstone =
        before != null
            && change.change().kind() == Change.Kind.DELETE
            && before.change().kind() == Change.Kind.DELETE
            && java.util.Arrays.equals(before.change().key(), change.change().key());
    String topic = topics.table(table.name());
    ProducerRecord<byte[], byte[]> message =
        new ProducerRecord<>(
            topic,
            change.partition(),
            timestamp,
            Envelopes.key(table, change.change()),
            Envelopes.value(table, change.change(), tombstone));
    message.headers().add(Epoch.HEADER, ByteBuffer.allocate(8).putLong(number).array());
    sent.computeIfAbsent(topic, t -> new ArrayList<>()).add(producer.send(message));
  }

  private void end(String topic, Future<RecordMetadata> answer) {
    try {
      RecordMetadata written = answer.get();
      List<Long> ofTopic = java.util.Objects.requireNonNull(ends.get(topic));
      ofTopic.set(
          written.partition(), Math.max(ofTopic.get(written.partition()), written.offset() + 1));
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void complete(long number, long timestamp) {
    Map<String, List<Long>> copy = new HashMap<>();
    ends.forEach((topic, offsets) -> copy.put(topic, List.copyOf(offsets)));
    byte[] value =
        EpochJson.write(
            new Epoch(
                number,
                new Lsn(number),
                Instant.ofEpochMilli(timestamp),
                new Epoch.Source("1", "db"),
                copy));
    List<List<Map<String, String>>> facts = new ArrayList<>();
    for (int p = 0; p < partitions; p++) {
      facts.add(source.facts(p));
      producer.send(new ProducerRecord<>(topics.epochs(), p, timestamp, "epoch".getBytes(), value));
    }
    oracle.put(number, facts);
    producer.commitTransaction();
    epoch = number;
  }

  /** Sends a record as it is, before the end of the epoch that comes next. */
  void sendRaw(
      String topic, int partition, byte @Nullable [] key, byte @Nullable [] value, long number) {
    producer.beginTransaction();
    ProducerRecord<byte[], byte[]> message = new ProducerRecord<>(topic, partition, key, value);
    message.headers().add(Epoch.HEADER, ByteBuffer.allocate(8).putLong(number).array());
    Future<RecordMetadata> answer = producer.send(message);
    producer.commitTransaction();
    end(topic, answer);
  }

  /** Sends a record as anybody might who has nothing to do with us. */
  void sendForeign(String topic, int partition, byte @Nullable [] key, byte @Nullable [] value) {
    producer.beginTransaction();
    producer.send(new ProducerRecord<>(topic, partition, key, value));
    producer.commitTransaction();
  }

  int some(int bound) {
    return random.nextInt(bound);
  }

  @Override
  public void close() {
    producer.close();
  }
}
