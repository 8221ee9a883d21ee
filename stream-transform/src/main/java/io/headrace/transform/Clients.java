package io.headrace.transform;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * Kafka Streams' usual clients, but that the consumer minds the memory, and the producer tells how
 * long each commit took.
 */
final class Clients implements KafkaClientSupplier {

  private final ThreadLocal<CommitPace> commits;
  private final Collection<Producer<byte[], byte[]>> producers = new ConcurrentLinkedQueue<>();

  /** With one pace for each stream thread. */
  Clients(ThreadLocal<CommitPace> commits) {
    this.commits = commits;
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return Admin.create(config);
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return new LeanConsumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return getRestoreConsumer(config);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    Producer<byte[], byte[]> producer = new TimedProducer(config);
    producers.add(producer);
    return producer;
  }

  /** Gives up what has not been sent yet, so that no thread waits for it. */
  void abandon() {
    producers.forEach(producer -> producer.close(Duration.ZERO));
  }

  /**
   * A header that nobody has asked for what it says holds the bytes of its whole record, beside the
   * record's key and value.
   */
  private static final class LeanConsumer extends KafkaConsumer<byte[], byte[]> {

    LeanConsumer(Map<String, Object> config) {
      super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
      for (ConsumerRecord<byte[], byte[]> record : records) {
        for (Header header : record.headers()) {
          header.key();
          header.value();
        }
      }
      return records;
    }
  }

  /** A commit is from the first flush after the one before until the transaction is committed. */
  private final class TimedProducer extends KafkaProducer<byte[], byte[]> {
    private static final long NONE = -1;

    private long began = NONE;

    TimedProducer(Map<String, Object> config) {
      super(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public void close(Duration timeout) {
      producers.remove(this);
      super.close(timeout);
    }

    @Override
    public void flush() {
      if (began == NONE) {
        began = CommitPace.now();
      }
      super.flush();
    }

    @Override
    public void commitTransaction() {
      super.commitTransaction();
      long now = CommitPace.now();
      commits.get().committed(began == NONE ? now : began, now);
      began = NONE;
    }
  }
}
